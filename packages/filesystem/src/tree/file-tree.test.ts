import { text, utf8 } from '@faasm/stdx';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FileInode } from '../nodes/inode.ts';
import { codeOf, directory, file, symlink, treeOf } from '../tree-under-test.ts';
import type { FileTree, OpenOptions } from './file-tree.ts';

function open(tree: FileTree, path: string, options: Partial<OpenOptions> = {}): FileInode {
  const none = { create: false, exclusive: false, directoryOnly: false, writable: false, truncate: false };
  const node = tree.open(path, { base: tree.root, follow: true, ...none, ...options });
  assert.ok(node.kind === 'file', `${path} is a ${node.kind}`);
  return node;
}

function read(tree: FileTree, path: string): string {
  const { content } = open(tree, path);
  const bytes = new Uint8Array(content.sizeBytes);
  content.readAt(0, bytes);
  return text(bytes);
}

function write(tree: FileTree, path: string, value: string): void {
  const node = open(tree, path, { create: true, truncate: true, writable: true });
  tree.write(node, 0, utf8(value));
}

function names(tree: FileTree, path = '.'): string[] {
  const node = tree.find(path, { base: tree.root, follow: true });
  assert.ok(node.kind === 'directory');
  return [...node.list(2n)].map(({ name }) => name);
}

const at = (tree: FileTree, path: string) => ({ base: tree.root, path });

test('FileTree has what every function finds, below the files of the function', () => {
  const tree = treeOf(directory({ etc: directory({ mine: file('m') }), tmp: file('no directory') }));
  assert.equal(read(tree, 'etc/hosts'), '127.0.0.1\tlocalhost\n');
  assert.equal(read(tree, 'etc/mine'), 'm');
  assert.equal(read(tree, 'tmp'), 'no directory');
  assert.deepEqual(names(tree, 'etc'), ['mine', 'hosts']);
  assert.deepEqual(names(tree, 'home/faasm'), []);
  assert.deepEqual(names(treeOf(undefined)), ['etc', 'tmp', 'dev', 'home']);
});

test('FileTree shows changes to its own call alone, and leaves what was given as it was (I5)', () => {
  const uploaded = directory({ a: file('old'), dir: directory({ b: file('b') }), s: symlink('a') });
  const [tree, other] = [treeOf(uploaded), treeOf(uploaded)];
  write(tree, 'a', 'new');
  write(tree, 'dir/c', 'c');
  tree.unlink(at(tree, 'dir/b'));
  tree.unlink(at(tree, 's'));
  tree.rename(at(tree, 'dir'), at(tree, 'moved'));
  assert.equal(read(tree, 'a'), 'new');
  assert.deepEqual(names(tree, 'moved'), ['c']);
  for (const unchanged of [other, treeOf(uploaded)]) {
    assert.equal(read(unchanged, 's'), 'old');
    assert.deepEqual(names(unchanged, 'dir'), ['b']);
    assert.equal(
      codeOf(() => read(unchanged, 'moved/c')),
      'noent',
    );
    assert.equal(unchanged.hasChanged, false);
  }
  assert.equal(tree.hasChanged, true);
});

test('FileTree.rename keeps what lies below a directory that is moved', () => {
  const tree = treeOf(directory({ dir: directory({ deep: directory({ f: file('1') }) }) }));
  tree.rename(at(tree, 'dir'), at(tree, 'tmp/dir'));
  assert.equal(read(tree, 'tmp/dir/deep/f'), '1');
  assert.equal(
    codeOf(() => read(tree, 'dir/deep/f')),
    'noent',
  );
  const moved = tree.find('tmp/dir/deep/..', { base: tree.root, follow: true });
  assert.equal(moved, tree.find('tmp/dir', { base: tree.root, follow: true }));
});

test('FileTree.rename refuses to move a directory into itself', () => {
  const tree = treeOf(directory({ a: directory({ b: directory({}) }) }));
  for (const to of ['a/c', 'a/b/c', 'a/b/../c']) {
    assert.equal(
      codeOf(() => {
        tree.rename(at(tree, 'a'), at(tree, to));
        return undefined;
      }),
      'inval',
    );
  }
  assert.deepEqual(names(tree, 'a'), ['b']);
});

test('FileTree.unlink keeps a file that is open, and then gives its room back', () => {
  const tree = treeOf(undefined, { writtenBytes: 65_536 });
  const node = open(tree, 'tmp/f', { create: true, writable: true });
  node.opened += 1;
  tree.write(node, 0, new Uint8Array(65_536).fill(9));
  tree.unlink(at(tree, 'tmp/f'));
  assert.equal(node.content.sizeBytes, 65_536);
  assert.equal(
    codeOf(() => {
      write(tree, 'tmp/g', 'x');
      return undefined;
    }),
    'nospc',
  );
  tree.closed(node);
  write(tree, 'tmp/g', 'x');
  assert.equal(read(tree, 'tmp/g'), 'x');
});

test('FileTree.link gives a second name, and the file lives until both are gone', () => {
  const tree = treeOf(directory({ a: file('1') }));
  tree.link({ ...at(tree, 'a'), follow: false }, at(tree, 'b'));
  const node = open(tree, 'b');
  assert.equal(node, open(tree, 'a'));
  assert.equal(node.links, 2);
  tree.unlink(at(tree, 'a'));
  assert.equal(read(tree, 'b'), '1');
  assert.equal(node.links, 1);
});

test('FileTree takes as many names and bytes as the limits, and gives their room back', () => {
  const tree = treeOf(undefined, { writtenEntries: 3, writtenBytes: 1_024 });
  const add = (name: string): string =>
    codeOf(() => {
      tree.createDirectory(at(tree, `tmp/${name}`));
      return undefined;
    });
  assert.deepEqual(['a', 'b', 'c', 'd'].map(add), ['done', 'done', 'done', 'nospc']);
  tree.rename(at(tree, 'tmp/a'), at(tree, 'tmp/d'));
  tree.removeDirectory(at(tree, 'tmp/d'));
  assert.equal(add('e'), 'done');
  tree.removeDirectory(at(tree, 'tmp/e'));
  // The names of what was given take no room, and give none.
  tree.rename(at(tree, 'etc/hosts'), at(tree, 'tmp/hosts'));
  tree.unlink(at(tree, 'tmp/hosts'));
  const link = (name: string, target: string): string =>
    codeOf(() => {
      tree.symlink(target, at(tree, `tmp/${name}`));
      return undefined;
    });
  assert.equal(link('f', 'x'.repeat(1_025)), 'nospc');
  assert.equal(link('f', 'x'.repeat(1_024)), 'done');
  assert.equal(link('g', 'y'), 'nospc');
  tree.unlink(at(tree, 'tmp/f'));
  assert.equal(link('g', 'y'), 'done');
});

test('FileTree makes nothing in a directory that was removed', () => {
  const tree = treeOf(undefined);
  tree.createDirectory(at(tree, 'd'));
  const base = tree.find('d', { base: tree.root, follow: true });
  assert.ok(base.kind === 'directory');
  tree.removeDirectory(at(tree, 'd'));
  const inside = { base, path: 'x' };
  assert.equal(
    codeOf(() => {
      tree.createDirectory(inside);
      return undefined;
    }),
    'noent',
  );
  assert.equal(
    codeOf(() => {
      tree.rename(at(tree, 'tmp'), inside);
      return undefined;
    }),
    'noent',
  );
  assert.equal(
    codeOf(() => String(tree.find('..', { base, follow: true }).number)),
    'notcapable',
  );
});

test('DirectoryInode.list goes on where it was after names came and went', () => {
  const tree = treeOf(
    directory(Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`f${i}`, file('')]))),
  );
  const all = names(tree);
  const seen: string[] = [];
  let cookie = 0n;
  for (;;) {
    const next = tree.root.list(cookie).next();
    if (next.done === true) break;
    const { name, node } = next.value;
    cookie = next.value.next;
    if (name === '.' || name === '..') continue;
    seen.push(name);
    if (node.kind === 'file') tree.unlink(at(tree, name));
    if (name === 'f3') write(tree, 'new', '');
  }
  assert.deepEqual(seen, [...all, 'new']);
});

test('FileTree sets times as it is asked, and those of what changes', () => {
  const tree = treeOf(directory({ a: file('1') }));
  const node = open(tree, 'a');
  assert.equal(node.modifiedAt, 0n);
  tree.write(node, 0, utf8('2'));
  const written = node.modifiedAt;
  assert.ok(written > 1_000n);
  assert.equal(node.accessedAt, 0n);
  tree.setTimes(node, { accessedAt: 5n, modifiedAt: undefined });
  assert.deepEqual([node.accessedAt, node.modifiedAt], [5n, written]);
  const before = tree.root.modifiedAt;
  tree.unlink(at(tree, 'a'));
  assert.ok(tree.root.modifiedAt > before);
});
