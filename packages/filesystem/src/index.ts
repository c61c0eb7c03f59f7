export { openBundle, packBundle } from './bundle/bundle-codec.ts';
export { PATH_BOUNDS } from './bundle/entry-path.ts';
export { shownPath } from './bundle/shown-path.ts';
export { TreeBuilder, type FilesBounds } from './bundle/tree-builder.ts';
export type { ReadOnlyNode } from './read-only-tree.ts';
export { readTar, type TarEntry } from './tar/read-tar.ts';
export { writeTar, type WritableEntry } from './tar/write-tar.ts';
