import type { ReadOnlyNode } from '../read-only-tree.ts';
import type { WritableEntry } from './write-tar.ts';

/** All that lies below a node, each directory before what is in it; paths begin with `prefix`. */
export function* treeEntries(root: ReadOnlyNode, prefix = ''): Generator<WritableEntry, void> {
  if (root.kind !== 'directory') return;
  for (const [name, node] of root.entries) {
    const path = prefix + name;
    yield entryOf(path, node);
    yield* treeEntries(node, `${path}/`);
  }
}

function entryOf(path: string, node: ReadOnlyNode): WritableEntry {
  if (node.kind === 'directory') return { kind: 'directory', path };
  return { ...node, path };
}
