import { FaasmProcess, fencedBlocks, isShell, type FencedBlock } from '@faasm/test-support';
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Reader } from './guide-reader.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const GUIDE = 'docs/guide';
/** How long a page may take, in milliseconds: it compiles, and npm installs a compiler. */
const options = { timeout: 240_000 };

let directory = '';
let server: FaasmProcess;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'faasm-guide-'));
  const args = ['start', '--port', '0', '--upload-port', '0', '--data-dir', join(directory, 'data')];
  server = await FaasmProcess.start({ args, roles: ['edge', 'upload'] });
});

after(async () => {
  await server.stop();
  await rm(directory, { recursive: true });
});

/**
 * The pages that are read from top to bottom, each in a folder of its own, in one that has the repository's guests, or in the
 * repository.
 */
const PAGES: Readonly<Record<string, 'folder' | 'with guests' | 'repository'>> = {
  'first-function.md': 'repository',
  'first-function-c.md': 'folder',
  'first-function-cpp.md': 'folder',
  'first-function-assemblyscript.md': 'folder',
  'first-function-rust.md': 'folder',
  'demo-functions.md': 'folder',
  'state.md': 'folder',
  'state-examples.md': 'with guests',
  'state-objects.md': 'folder',
  'state-over-http.md': 'folder',
};

test('every page about a first function is read by a test', async () => {
  const names = await readdir(join(REPOSITORY, GUIDE));
  for (const name of names.filter((each) => each.startsWith('first-')))
    assert.ok(Object.hasOwn(PAGES, name), name);
});

for (const [page, place] of Object.entries(PAGES)) {
  test(`${page} works line by line, and prints what it says`, options, async () => {
    const path = `${GUIDE}/${page}`;
    const blocks = fencedBlocks(await readFile(join(REPOSITORY, path), 'utf8'), path);
    assert.ok(blocks.filter(isShell).length >= 3, `${path} has commands`);
    const home = await mkdtemp(join(directory, 'reader-'));
    if (place === 'with guests') await symlink(join(REPOSITORY, 'guests'), join(home, 'guests'));
    const reader = await Reader.create({
      home,
      start: place === 'repository' ? REPOSITORY : home,
      urls: { edge: server.url('edge'), uploads: server.url('upload') },
    });
    for (const [index, block] of blocks.entries()) await follow(reader, block, blocks[index + 1]);
  });
}

/** Does what a block says; `next` may be what its commands print. */
async function follow(reader: Reader, block: FencedBlock, next: FencedBlock | undefined): Promise<void> {
  if (block.mark?.key === 'not run here') return;
  if (block.mark?.key === 'file') await reader.write(block.mark.value, block.lines);
  else if (block.mark?.key === 'shows') await reader.compare(block.mark.value, block.lines);
  else if (isShell(block)) {
    let printed = '';
    for (const [index, line] of block.lines.entries())
      printed += await reader.run(line, `${block.page}:${block.line + 1 + index}`);
    if (next?.language === 'text')
      assert.match(printed, patternOf(next.lines), `${next.page}:${next.line} is not what is printed`);
  } else if (block.language !== 'text') {
    assert.fail(`${block.page}:${block.line} is neither run, written nor compared`);
  }
}

/** `…` stands for whatever there is. */
function patternOf(lines: readonly string[]): RegExp {
  const parts = lines.join('\n').split('…');
  return new RegExp(`^${parts.map((part) => RegExp.escape(part)).join('[^\\n]*')}\\n?$`);
}
