export type { ReadOnlyNode } from './read-only-tree.ts';
