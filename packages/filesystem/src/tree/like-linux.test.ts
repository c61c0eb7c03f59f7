import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { codeOf, treeOf } from '../tree-under-test.ts';
import type { FileTree } from './file-tree.ts';

/** Paths that meet each other, below a directory that both sides have. */
const path = fc
  .array(fc.constantFrom('a', 'b', 'c', '.', '..'), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join('/'))
  .filter((joined) => !/^(?:\.\/)*\.\.|^.\/\.\.\/\.\.|^(?:\.|.\/\.\.)\/?\.\.$/u.test(joined));
const target = fc.constantFrom('a', 'b', './c', 'a/b', 'b/c', 'c/a');

const step = fc.oneof(
  fc.record({ kind: fc.constant('mkdir'), path, other: path }),
  fc.record({ kind: fc.constant('create'), path, other: path }),
  fc.record({ kind: fc.constant('exclusive'), path, other: path }),
  fc.record({ kind: fc.constant('symlink'), path, other: target }),
  fc.record({ kind: fc.constant('link'), path, other: path }),
  fc.record({ kind: fc.constant('rename'), path, other: path }),
  fc.record({ kind: fc.constant('unlink'), path, other: path }),
  fc.record({ kind: fc.constant('rmdir'), path, other: path }),
);

interface Step {
  readonly kind: string;
  readonly path: string;
  readonly other: string;
}

/** The error of Linux as this project names it. */
function linuxCode(work: () => void): string {
  try {
    work();
    return 'done';
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code)
      .slice(1)
      .toLowerCase();
  }
}

function onLinux(root: string, { kind, path: name, other }: Step): string {
  // Joined by hand: `join` would take dots out.
  const at = `${root}/${name}`;
  return linuxCode(() => {
    if (kind === 'mkdir') fs.mkdirSync(at);
    else if (kind === 'create') fs.closeSync(fs.openSync(at, fs.constants.O_CREAT | fs.constants.O_RDWR));
    else if (kind === 'exclusive') fs.closeSync(fs.openSync(at, 'wx'));
    else if (kind === 'symlink') fs.symlinkSync(other, at);
    else if (kind === 'link') fs.linkSync(at, `${root}/${other}`);
    else if (kind === 'rename') fs.renameSync(at, `${root}/${other}`);
    else if (kind === 'unlink') fs.unlinkSync(at);
    else fs.rmdirSync(at);
  });
}

function onTree(tree: FileTree, { kind, path: name, other }: Step): string {
  const { root: base } = tree;
  const [from, to] = [
    { base, path: `w/${name}` },
    { base, path: `w/${other}` },
  ];
  return codeOf(() => {
    if (kind === 'mkdir') tree.createDirectory(from);
    else if (kind === 'create' || kind === 'exclusive') {
      const options = { create: true, exclusive: kind === 'exclusive', writable: true };
      tree.open(from.path, { ...options, base, follow: true, directoryOnly: false, truncate: false });
    } else if (kind === 'symlink') tree.symlink(other, from);
    else if (kind === 'link') tree.link({ ...from, follow: false }, to);
    else if (kind === 'rename') tree.rename(from, to);
    else if (kind === 'unlink') tree.unlink(from);
    else tree.removeDirectory(from);
    return undefined;
  });
}

/** Names and kinds of all that is there. */
function listing(root: string, prefix = ''): string[] {
  const found: string[] = [];
  for (const entry of fs.readdirSync(root, { withFileTypes: true })) {
    const [name, isDirectory] = [`${prefix}/${entry.name}`, entry.isDirectory()];
    found.push(`${name} ${isDirectory} ${entry.isSymbolicLink()}`);
    if (isDirectory) found.push(...listing(join(root, entry.name), name));
  }
  return found;
}

function treeListing(tree: FileTree, top = 'w', prefix = ''): string[] {
  const found: string[] = [];
  const node = tree.find(top, { base: tree.root, follow: false });
  if (node.kind !== 'directory') return found;
  for (const { name, node: child } of node.list(2n)) {
    found.push(`${prefix}/${name} ${child.kind === 'directory'} ${child.kind === 'symlink'}`);
    found.push(...treeListing(tree, `${top}/${name}`, `${prefix}/${name}`));
  }
  return found;
}

/** Errors that mean the same, where Linux says one and POSIX allows both. */
const SAME: Readonly<Record<string, string>> = { busy: 'inval', notempty: 'inval', exist: 'inval' };

test('FileTree does what Linux does, and refuses what Linux refuses, for the same reason', () => {
  const property = fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), (steps) => {
    const root = fs.mkdtempSync(join(tmpdir(), 'faasm-like-linux-'));
    const tree = treeOf(undefined);
    tree.createDirectory({ base: tree.root, path: 'w' });
    try {
      for (const [i, each] of steps.entries()) {
        const [expected, got] = [onLinux(root, each), onTree(tree, each)];
        const endsInDots = [each.path, each.other].some((name) => /(?:^|\/)\.\.?$/u.test(name));
        const isSame =
          expected === got || (endsInDots && (SAME[expected] ?? expected) === (SAME[got] ?? got));
        assert.ok(isSame, `step ${i} ${JSON.stringify(each)}: Linux ${expected}, tree ${got}`);
      }
      assert.deepEqual(treeListing(tree).toSorted(), listing(root).toSorted());
    } finally {
      fs.rmSync(root, { recursive: true });
    }
  });
  fc.assert(property, { numRuns: 300 });
});
