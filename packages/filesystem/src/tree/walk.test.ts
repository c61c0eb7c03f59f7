import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, directory, file, symlink, treeOf } from '../tree-under-test.ts';
import { decodePath, NAME_BYTES_MAX, PATH_BYTES_MAX } from './path.ts';
import { SYMLINKS_MAX, walk } from './walk.ts';

const tree = treeOf(
  directory({
    file: file('f'),
    dir: directory({ nested: directory({ file: file('n') }), up: symlink('..'), out: symlink('../../x') }),
    link: symlink('dir/nested'),
    root: symlink('/dir'),
    self: symlink('self'),
    ping: symlink('pong'),
    pong: symlink('ping'),
    dangling: symlink('nowhere'),
    'ü☃🙂': file('u'),
    ...Object.fromEntries(
      Array.from({ length: SYMLINKS_MAX + 2 }, (_, i) => [
        `chain${i}`,
        symlink(i === 0 ? 'file' : `chain${i - 1}`),
      ]),
    ),
  }),
);

/** Where a path leads from the root, or the error. */
function reach(path: string, { follow = true, from = '.' } = {}): string {
  return codeOf(() => {
    const base = tree.find(from, { base: tree.root, follow: true });
    assert.ok(base.kind === 'directory');
    const { name, node } = walk(path, { base, follow });
    return `${name} ${node?.kind ?? 'nothing'}`;
  });
}

const PATHS: readonly (readonly [
  path: string,
  reached: string,
  options?: { follow?: boolean; from?: string },
])[] = [
  ['file', 'file file'],
  ['./file', 'file file'],
  ['dir//nested/.///file', 'file file'],
  ['dir/nested/../../dir/nested/file', 'file file'],
  ['.', '. directory'],
  ['dir/..', '. directory'],
  ['dir/', 'dir directory'],
  ['', 'noent'],
  ['/', 'notcapable'],
  ['/file', 'notcapable'],
  ['..', 'notcapable'],
  ['dir/../..', 'notcapable'],
  ['dir/nested/../../../dir', 'notcapable'],
  ['..', 'notcapable', { from: 'dir' }],
  ['up/file', 'notcapable', { from: 'dir' }],
  ['dir/up/file', 'file file'],
  ['dir/out', 'notcapable'],
  ['file/x', 'notdir'],
  ['file/..', 'notdir'],
  ['missing/x', 'noent'],
  ['missing', 'missing nothing'],
  ['link', 'nested directory'],
  ['link', 'link symlink', { follow: false }],
  ['link/', 'nested directory', { follow: false }],
  ['link/file', 'file file', { follow: false }],
  ['root/nested', 'nested directory'],
  ['self', 'loop'],
  ['self', 'self symlink', { follow: false }],
  ['ping', 'loop'],
  ['dangling', 'nowhere nothing'],
  [`chain${SYMLINKS_MAX - 1}`, 'file file'],
  [`chain${SYMLINKS_MAX}`, 'loop'],
  ['ü☃🙂', 'ü☃🙂 file'],
  ['u\u0308☃🙂', 'u\u0308☃🙂 nothing'],
  ['a\0b', 'inval'],
  ['file\0', 'inval'],
  ['x'.repeat(NAME_BYTES_MAX), `${'x'.repeat(NAME_BYTES_MAX)} nothing`],
  ['x'.repeat(NAME_BYTES_MAX + 1), 'nametoolong'],
  ['☃'.repeat(NAME_BYTES_MAX / 3), `${'☃'.repeat(NAME_BYTES_MAX / 3)} nothing`],
  [`${'☃'.repeat(NAME_BYTES_MAX / 3)}x`, 'nametoolong'],
  ['./'.repeat(PATH_BYTES_MAX / 2), '. directory'],
  ['./'.repeat(PATH_BYTES_MAX / 2) + '.', 'nametoolong'],
  [Array.from({ length: 10_000 }, () => 'a').join('/'), 'nametoolong'],
  ['dir/../'.repeat(500) + 'file', 'file file'],
  ['__proto__', '__proto__ nothing'],
  ['constructor', 'constructor nothing'],
];

test('walk follows each path of the corpus inside the directory that it begins in, or refuses it (I13)', () => {
  for (const [path, reached, options] of PATHS)
    assert.equal(reach(path, options), reached, `${path.slice(0, 60)} ${JSON.stringify(options ?? {})}`);
});

test('walk follows an absolute symbolic link from the root only, and then within it', () => {
  assert.equal(reach('root', { from: '.' }), 'dir directory');
  const deep = treeOf(directory({ a: directory({ link: symlink('/etc/hosts') }) }));
  const base = deep.find('a', { base: deep.root, follow: true });
  assert.ok(base.kind === 'directory');
  assert.equal(
    codeOf(() => walk('link', { base, follow: true }).name),
    'notcapable',
  );
  assert.equal(
    codeOf(() => walk('a/link', { base: deep.root, follow: true }).name),
    'hosts',
  );
});

test('walk never leaves the directory that it begins in, whatever the path (I13)', () => {
  const part = fc.constantFrom('..', '.', '', 'dir', 'nested', 'up', 'out', 'link', 'root', 'file', 'self');
  const path = fc.array(part, { maxLength: 12 }).map((parts) => parts.join('/'));
  const property = fc.property(path, (random) => {
    const base = tree.find('dir', { base: tree.root, follow: true });
    assert.ok(base.kind === 'directory');
    const reached = codeOf(() => {
      const { directory: last } = walk(random, { base, follow: true });
      let at: typeof last | undefined = last;
      while (at !== undefined && at !== base) at = at.parent;
      return at === base ? 'inside' : 'outside';
    });
    assert.notEqual(reached, 'outside');
  });
  fc.assert(property, { numRuns: 2_000 });
});

test('decodePath refuses what is not UTF-8 with ilseq (I13)', () => {
  const bad = [[0xff], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x61, 0x80]];
  for (const bytes of bad)
    assert.equal(
      codeOf(() => decodePath(Uint8Array.from(bytes))),
      'ilseq',
    );
  assert.equal(decodePath(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61)), '\uFEFFa');
});
