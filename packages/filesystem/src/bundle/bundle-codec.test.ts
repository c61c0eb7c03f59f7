import { utf8 } from '@faasm/stdx';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { ReadOnlyNode } from '../read-only-tree.ts';
import { openBundle, packBundle } from './bundle-codec.ts';

type Directory = Extract<ReadOnlyNode, { kind: 'directory' }>;

const file = (content: string): ReadOnlyNode => ({ kind: 'file', bytes: utf8(content) });

function directory(entries: Readonly<Record<string, ReadOnlyNode>>): Directory {
  return { kind: 'directory', entries: new Map(Object.entries(entries)) };
}

/** A tree as plain values, its names in order. */
function plain(node: ReadOnlyNode): unknown {
  if (node.kind === 'file') return Buffer.from(node.bytes).toString('base64');
  if (node.kind === 'symlink') return { target: node.target };
  const entries = [...node.entries].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, child]) => [name, plain(child)]);
}

const TREE = directory({
  'readme.md': file('hello'),
  empty: file(''),
  sub: directory({
    deep: directory({ 'ümläut 💡': file('x') }),
    link: { kind: 'symlink', target: '../readme.md' },
  }),
  none: directory({}),
});

test('openBundle gives the tree that packBundle was given, in memory that threads share too', () => {
  const packed = packBundle(TREE);
  const shared = new Uint8Array(new SharedArrayBuffer(packed.byteLength + 3)).subarray(3);
  shared.set(packed);
  for (const bytes of [packed, shared]) assert.deepEqual(plain(openBundle(bytes)), plain(TREE));
});

test('openBundle gives views of its bytes, not copies', () => {
  const packed = packBundle(directory({ a: file('hello') }));
  const root = openBundle(packed);
  const a = root.kind === 'directory' ? root.entries.get('a') : undefined;
  packed.write('J', packed.indexOf('hello'));
  assert.equal(a?.kind === 'file' ? Buffer.from(a.bytes).toString() : undefined, 'Jello');
});

test('packBundle gives equal bytes for equal trees, and others for others', () => {
  const names = fc.string({ minLength: 1, maxLength: 5, unit: 'grapheme' });
  const leaf = fc.oneof(
    names.map(file),
    names.map((target): ReadOnlyNode => ({ kind: 'symlink', target })),
  );
  const node: fc.Arbitrary<ReadOnlyNode> = fc.letrec<{ node: ReadOnlyNode }>((tie) => ({
    node: fc.oneof({ maxDepth: 4 }, leaf, fc.dictionary(names, tie('node')).map(directory)),
  })).node;
  const trees = fc.dictionary(names, node).map(directory);
  fc.assert(
    fc.property(trees, trees, (one, other) => {
      const packed = packBundle(one);
      assert.deepEqual(plain(openBundle(packed)), plain(one));
      const turned: Directory = { kind: 'directory', entries: new Map([...one.entries].toReversed()) };
      assert.ok(packBundle(turned).equals(packed));
      const isEqual = JSON.stringify(plain(one)) === JSON.stringify(plain(other));
      assert.equal(packBundle(other).equals(packed), isEqual);
    }),
  );
});

test('openBundle refuses other bytes', () => {
  for (const bytes of [utf8(''), utf8('faasmfs1'), utf8('something else')])
    assert.throws(() => openBundle(bytes), RangeError);
});
