import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBundle, packBundle } from '../bundle/bundle-codec.ts';
import { TreeBuilder } from '../bundle/tree-builder.ts';
import { treeEntries } from './tree-entries.ts';

test('treeEntries has each directory before what is in it, of which the same tree can be made again', () => {
  const bounds = { entriesMax: 10, bytesMax: 100 };
  const tree = new TreeBuilder(bounds);
  tree.addFile('a/b/c.txt', Uint8Array.of(1));
  tree.addSymlink('a/link', 'b/c.txt');
  tree.addDirectory('empty');
  const bundle = packBundle(tree.root);
  const root = openBundle(bundle);
  const again = new TreeBuilder(bounds);
  const paths: string[] = [];
  for (const entry of treeEntries(root)) {
    paths.push(entry.path);
    if (entry.kind === 'file') again.addFile(entry.path, entry.bytes);
    else if (entry.kind === 'symlink') again.addSymlink(entry.path, entry.target);
    else again.addDirectory(entry.path);
  }
  assert.deepEqual(paths, ['a', 'a/b', 'a/b/c.txt', 'a/link', 'empty']);
  assert.ok(packBundle(again.root).equals(bundle));
});
