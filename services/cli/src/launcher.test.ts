import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import manifest from '../package.json' with { type: 'json' };

const LAUNCHER = fileURLToPath(new URL('../bin/faasm.js', import.meta.url));
const NODE_MAJOR_MIN = 26;

/** A Node on the path that is too old to run the servers, as the one that a machine has often is. */
const oldNode = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'node'))
  .find((path) => isExecutable(path) && majorOf(path) < NODE_MAJOR_MIN);
const skip = oldNode === undefined ? `no Node older than ${NODE_MAJOR_MIN} is on the path` : false;

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function majorOf(node: string): number {
  return Number(execFileSync(node, ['--version']).toString().slice(1).split('.')[0]);
}

test('bin/faasm.js runs the command line on the Node that runs it', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [LAUNCHER, '--version']);
  assert.equal(stdout.trim(), manifest.version);
});

test(
  'bin/faasm.js on an older Node runs the one that npm ci brought, and ends as it ends',
  { skip },
  async () => {
    const child = spawn(oldNode ?? '', [LAUNCHER, 'invok'], { stdio: ['ignore', 'ignore', 'pipe'] });
    const lines = createInterface({ input: child.stderr })[Symbol.asyncIterator]();
    assert.match(String((await lines.next()).value), /unknown command/);
    assert.deepEqual(await once(child, 'close'), [2, null]);
  },
);

test('bin/faasm.js on an older Node passes SIGTERM on, so that a server drains', { skip }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'faasm-launcher-'));
  const args = [LAUNCHER, 'start', '--port', '0', '--upload-port', '0', '--data-dir', directory];
  const child = spawn(oldNode ?? '', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const closed = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('edge ready at')) child.kill('SIGTERM');
  }
  assert.deepEqual(await closed, [0, null]);
  await rm(directory, { recursive: true });
});
