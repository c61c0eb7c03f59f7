import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, treeOf } from '../tree-under-test.ts';
import type { FileTree } from '../tree/file-tree.ts';
import { DescriptorTable } from './descriptor-table.ts';

function open(tree: FileTree, table: DescriptorTable, path = 'tmp/f'): number {
  const how = { create: true, exclusive: false, directoryOnly: false, writable: true, truncate: false };
  const node = tree.open(path, { base: tree.root, follow: false, ...how });
  return table.open({ node, flags: 0, rights: 0, inheriting: 0 });
}

test('DescriptorTable begins with the standard streams and two names of the root', () => {
  const table = new DescriptorTable(treeOf(undefined), 64);
  const found = [0, 1, 2, 3, 4].map((number) => {
    const { target, preopened } = table.get(number);
    return [target.kind, preopened];
  });
  const streams = ['stdin', 'stdout', 'stderr'].map((kind) => [kind, undefined]);
  assert.deepEqual(found, [...streams, ['opened', '/'], ['opened', '.']]);
  for (const number of [5, -1, 2 ** 31, 0xffff_ffff])
    assert.equal(
      codeOf(() => table.get(number).target.kind),
      'badf',
    );
});

test('DescriptorTable opens the lowest number that is free, up to its limit', () => {
  const tree = treeOf(undefined);
  const table = new DescriptorTable(tree, 7);
  assert.deepEqual([open(tree, table), open(tree, table)], [5, 6]);
  assert.equal(
    codeOf(() => String(open(tree, table))),
    'mfile',
  );
  assert.equal(
    codeOf(() => String(table.duplicate(5))),
    'mfile',
  );
  table.close(1);
  assert.equal(table.duplicate(5), 1);
});

test('DescriptorTable keeps a file open until the last descriptor that shares it is closed', () => {
  const tree = treeOf(undefined, { writtenBytes: 65_536 });
  const table = new DescriptorTable(tree, 64);
  const first = open(tree, table);
  const { target } = table.get(first);
  assert.ok(target.kind === 'opened' && target.node.kind === 'file');
  const second = table.duplicate(first);
  assert.equal(table.get(second).target, target);
  tree.write(target.node, 0, new Uint8Array(65_536));
  tree.unlink({ base: tree.root, path: 'tmp/f' });
  table.close(first);
  assert.equal(target.node.content.sizeBytes, 65_536);
  table.close(second);
  assert.deepEqual([target.node.opened, target.node.content.sizeBytes], [0, 0]);
});

test('DescriptorTable.renumber closes what it replaces, and refuses what is not open', () => {
  const tree = treeOf(undefined);
  const table = new DescriptorTable(tree, 64);
  const [from, to] = [open(tree, table, 'tmp/a'), open(tree, table, 'tmp/b')];
  const [moved, replaced] = [table.get(from).target, table.get(to).target];
  table.renumber(from, to);
  assert.equal(table.get(to).target, moved);
  assert.ok(replaced.kind === 'opened');
  assert.deepEqual([replaced.descriptors, replaced.node.opened], [0, 0]);
  const renumber = (a: number, b: number): string =>
    codeOf(() => {
      table.renumber(a, b);
      return undefined;
    });
  assert.deepEqual([renumber(from, to), renumber(to, from), renumber(to, to)], ['badf', 'badf', 'done']);
  assert.deepEqual(table.changed, [to]);
});
