import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** How long cloning, installing and starting may take on a slow network. */
const options = { timeout: 240_000 };

/** The commands of the README's fenced blocks, a line each. */
async function readmeCommands(): Promise<string[]> {
  const readme = await readFile(join(REPOSITORY, 'README.md'), 'utf8');
  return [...readme.matchAll(/```sh\n(?<block>.*?)```/gs)].flatMap(
    ({ groups }) => groups?.['block']?.trim().split('\n') ?? [],
  );
}

/** The line that `npm start` prints to be tried. Rejects with the log when the command ends before. */
async function curlLine(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      log += `${line}\n`;
      if (line.startsWith('curl ')) resolve(line);
    });
  }
  child.once('exit', (code) => {
    reject(new Error(`It ended with ${String(code)}:\n${log}`));
  });
  return await promise;
}

test(
  "the README's first command starts a server in a clean clone, and the line that it prints works",
  options,
  async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'faasm-clone-'));
    const clone = join(directory, 'clone');
    await run('git', ['clone', '--quiet', '--no-hardlinks', REPOSITORY, clone]);
    const [start] = await readmeCommands();
    assert.equal(start, 'npm ci && npm start');

    // Without the path that npm gives to scripts: the machine's own Node runs npm, as on a fresh machine.
    const path = (process.env['PATH'] ?? '').split(':').filter((entry) => !entry.includes('node_modules'));
    const env = { PATH: path.join(':'), HOME: process.env['HOME'] ?? '' };
    const server = spawn('sh', ['-c', `${start} -- --port 0 --upload-port 0`], {
      cwd: clone,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    t.after(async () => {
      const gone = once(server, 'exit');
      if (server.pid !== undefined && server.exitCode === null) {
        process.kill(-server.pid, 'SIGTERM');
        await gone;
      }
      await rm(directory, { recursive: true });
    });
    const line = await curlLine(server);
    assert.match(line, /^curl -X POST http:\/\/127\.0\.0\.1:\d+\/f\/demo\/echo\/ -d "hello world"$/);
    const { stdout } = await run('sh', ['-c', `${line} --silent --show-error`]);
    assert.equal(stdout, 'hello world');
  },
);

test("the README's second command is the gate", async () => {
  const commands = await readmeCommands();
  assert.ok(commands.includes('npm ci && npm test'));
  const gate = await readFile(join(REPOSITORY, '.ci', 'run'), 'utf8');
  assert.match(gate, /npm ci\nnpm test\n$/);
});
