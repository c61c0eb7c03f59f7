import { DescriptorTable } from './descriptors/descriptor-table.ts';
import { FileTree, type FileTreeOptions } from './tree/file-tree.ts';

/** The files of one call, and what it has open. Nothing of it outlives the call. */
export class FileSystem {
  readonly tree: FileTree;
  readonly descriptors: DescriptorTable;

  constructor(options: FileTreeOptions) {
    this.tree = new FileTree(options);
    this.descriptors = new DescriptorTable(this.tree, options.limits.descriptors);
  }
}
