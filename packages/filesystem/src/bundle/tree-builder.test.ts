import { isFaasmError } from '@faasm/protocol';
import { utf8 } from '@faasm/stdx';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TreeBuilder } from './tree-builder.ts';

const BOUNDS = { entriesMax: 6, bytesMax: 10 };

function refusal(
  build: (tree: TreeBuilder) => void,
  code: 'files.invalid' | 'files.too_large' = 'files.invalid',
): string {
  try {
    build(new TreeBuilder(BOUNDS));
  } catch (error) {
    if (isFaasmError(error, code)) return error.message;
    throw error;
  }
  return 'none';
}

test('TreeBuilder makes directories on the way, takes them twice, and counts everything', () => {
  const tree = new TreeBuilder(BOUNDS);
  tree.addFile('./a/b/c.txt', utf8('hello'));
  tree.addDirectory('a/b/');
  tree.addDirectory('./');
  tree.addSymlink('a/link', '../a/./b/c.txt');
  tree.addHardlink('again', 'a/b/c.txt');
  const again = { kind: 'file', bytes: utf8('hello') };
  const b = { kind: 'directory', entries: new Map([['c.txt', again]]) };
  const link = { kind: 'symlink', target: '../a/./b/c.txt' };
  const a = {
    kind: 'directory',
    entries: new Map<string, unknown>([
      ['b', b],
      ['link', link],
    ]),
  };
  assert.deepEqual(tree.root, {
    kind: 'directory',
    entries: new Map<string, unknown>([
      ['a', a],
      ['again', again],
    ]),
  });
  assert.deepEqual([tree.entries, tree.sizeBytes], [5, 10]);
});

test('TreeBuilder refuses names that lead outside or that no file can have, by name', () => {
  for (const [path, why] of [
    ['/etc/passwd', 'is absolute'],
    ['../up', 'has .. in its path'],
    ['a/../../up', 'has .. in its path'],
    ['a/./b', 'has . in its path'],
    ['a//b', 'has an empty name in its path'],
    ['.', 'is the root, which is a directory'],
    ['a/\0', 'holds a NUL'],
    ['\ud800', 'holds half of a surrogate pair, which has no UTF-8'],
    ['n'.repeat(256), 'has a name of 256 bytes, over the limit of 255'],
    ['ü/'.repeat(1_366), 'has 4098 bytes, over the limit of 4095'],
  ] as const)
    assert.ok(
      refusal((tree) => {
        tree.addFile(path, utf8(''));
      }).endsWith(` ${why}`),
      path,
    );
});

test('TreeBuilder refuses a path that comes twice, or that leads through a file or a link', () => {
  const twice = refusal((tree) => {
    tree.addFile('a', utf8('1'));
    tree.addFile('./a', utf8('2'));
  });
  assert.equal(twice, 'File "./a" comes twice');
  for (const add of [
    (tree: TreeBuilder): void => {
      tree.addFile('a', utf8(''));
    },
    (tree: TreeBuilder): void => {
      tree.addSymlink('a', '.');
    },
  ])
    for (const path of ['a/b', 'a/b/c'])
      assert.match(
        refusal((tree) => {
          add(tree);
          tree.addFile(path, utf8(''));
        }),
        /has "a" in its path, which is no directory/,
      );
});

test('TreeBuilder refuses links that lead outside, at whatever depth they are', () => {
  for (const [path, target] of [
    ['link', '/etc/passwd'],
    ['link', '..'],
    ['a/link', '../../etc'],
    ['a/link', 'b/../../../c/d/e'],
    ['a/link', ''],
    ['a/link', 'x\0y'],
    ['a/link', 'x'.repeat(4_096)],
  ] as const)
    assert.match(
      refusal((tree) => {
        tree.addSymlink(path, target);
      }),
      /leads to ".*", (?:outside of the files|which is no path|longer than 4095 bytes)$/,
    );
  assert.equal(
    refusal((tree) => {
      tree.addSymlink('a/link', '..');
    }),
    'none',
  );
  assert.match(
    refusal((tree) => {
      tree.addHardlink('a', 'b');
    }),
    /is a hard link to "b", which is no file before it/,
  );
  assert.match(
    refusal((tree) => {
      tree.addHardlink('a', '../b');
    }),
    /has \.\. in its path/,
  );
});

test('TreeBuilder refuses more bytes or entries than its bounds, and names what is over them', () => {
  const bytes = refusal((tree) => {
    tree.addFile('a', utf8('123456'));
    tree.addFile('b', utf8('1234'));
    tree.addHardlink('c', 'b');
  }, 'files.too_large');
  assert.equal(bytes, 'File "c" of 4 bytes brings all files over the limit of 10 bytes');
  const deep = refusal((tree) => {
    tree.addFile('1/2/3/4/5/6/7', utf8(''));
  }, 'files.too_large');
  assert.equal(deep, 'File "1/2/3/4/5/6/7" is over the limit of 6 files and directories');
  assert.equal(
    refusal((tree) => {
      tree.addFile('1/2/3/4/5/6', utf8(''));
    }),
    'none',
  );
});
