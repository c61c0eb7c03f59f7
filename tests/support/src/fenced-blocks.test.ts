import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fencedBlocks } from './fenced-blocks.ts';

test('fencedBlocks finds marks, and notices a block without one', () => {
  const marked = fencedBlocks('<!-- run by: a.test.ts -->\n\n```sh\nls\n```\n', 'a.md');
  assert.deepEqual(
    marked.map(({ line, lines, mark }) => ({ line, lines, mark })),
    [{ line: 3, lines: ['ls'], mark: { key: 'run by', value: 'a.test.ts' } }],
  );
  assert.equal(fencedBlocks('Text.\n\n```sh\nls\n```\n', 'a.md')[0]?.mark, undefined);
  assert.throws(() => fencedBlocks('```sh\nls\n', 'a.md'), /a\.md:1 has a block that does not end/);
});
