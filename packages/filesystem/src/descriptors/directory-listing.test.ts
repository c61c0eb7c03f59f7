import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directory, file, treeOf } from '../tree-under-test.ts';
import { DirectoryListing } from './directory-listing.ts';

function listing(): { listing: DirectoryListing; begun: () => number } {
  const tree = treeOf(directory({ a: file(''), b: file(''), c: file('') }));
  tree.createDirectory({ base: tree.root, path: 'd' });
  let begun = 0;
  const list: typeof tree.root.list = (cookie) => {
    begun += 1;
    return tree.root.list(cookie);
  };
  return { listing: new DirectoryListing({ list }), begun: () => begun };
}

test('DirectoryListing goes on where it ended, and repeats an entry that was cut, without beginning anew', () => {
  const { listing: listed, begun } = listing();
  listed.at(0n);
  assert.deepEqual([listed.next()?.name, listed.next()?.name, listed.next()?.name], ['.', '..', 'a']);
  assert.equal(listed.at(3n).next()?.name, 'b');
  assert.equal(listed.at(3n).next()?.name, 'b');
  assert.equal(listed.next()?.name, 'c');
  assert.equal(begun(), 1);
});

test('DirectoryListing goes anywhere else by beginning anew', () => {
  const { listing: listed, begun } = listing();
  assert.equal(listed.at(4n).next()?.name, 'c');
  assert.equal(listed.at(2n).next()?.name, 'a');
  assert.equal(listed.at(1_000n).next(), undefined);
  assert.equal(listed.at(0n).next()?.name, '.');
  assert.equal(begun(), 4);
});
