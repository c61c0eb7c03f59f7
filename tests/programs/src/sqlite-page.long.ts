import { fencedBlocks, isShell } from '@faasm/test-support';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { GUESTS } from './compile-program.ts';
import { aptConfig } from './debian-source.ts';
import { FunctionServer } from './function-server.ts';

const PAGE = 'docs/guide/sqlite-function.md';
const PAGE_FILE = new URL(`../../../${PAGE}`, import.meta.url);
const FAASM = fileURLToPath(new URL('../../../services/cli/src/main.ts', import.meta.url));

/** The page fetches the sources itself. */
const { config, skip } = await aptConfig();

describe('the page about a database as a function', { skip }, () => {
  let folder: string;
  let server: FunctionServer;

  before(async () => {
    server = await FunctionServer.start();
    folder = await mkdtemp(join(tmpdir(), 'faasm-sqlite-page-'));
    // What the page finds in a clone.
    await symlink(GUESTS, join(folder, 'guests'));
    const { edge, uploads } = server.urls;
    const command = `exec '${process.execPath}' '${FAASM}' "$@" --edge ${edge} --upload-url ${uploads}`;
    await mkdir(join(folder, 'bin'));
    await writeFile(join(folder, 'bin/faasm'), `#!/bin/sh\n${command}\n`, { mode: 0o755 });
  });
  after(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  test('sqlite-function.md works block by block, and prints what it says', async () => {
    const blocks = fencedBlocks(await readFile(PAGE_FILE, 'utf8'), PAGE);
    const path = `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`;
    const env = { ...process.env, PATH: path, APT_CONFIG: config };
    for (const [index, block] of blocks.entries()) {
      const [first = ''] = block.lines;
      if (!isShell(block)) continue;
      // Fails for a package that is not installed; the gate has installed all.
      const script = first.startsWith('apt-get install ')
        ? `dpkg-query --show ${first.slice('apt-get install '.length)}`
        : block.lines.join('\n');
      const { stdout } = await promisify(execFile)('sh', ['-ec', script], { cwd: folder, env });
      const next = blocks[index + 1];
      if (next?.language === 'text')
        assert.equal(stdout, `${next.lines.join('\n')}\n`, `${PAGE}:${next.line}`);
    }
    assert.equal(blocks.filter(({ language }) => language === 'text').length, 2);
  });
});
