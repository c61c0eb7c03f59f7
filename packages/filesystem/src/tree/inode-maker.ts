import { EMPTY_BYTES } from '@faasm/stdx';
import { DirectoryInode } from '../nodes/directory-inode.ts';
import { FileContent } from '../nodes/file-content.ts';
import type { FileInode, Inode, InodeFacts, SymlinkInode } from '../nodes/inode.ts';
import type { Room } from '../room.ts';
import type { LayerEntries, LayerNode } from './layer.ts';

/** The times of what was given to the function: a layer has none, and programs compare them between calls. */
const LAYER_TIME = 0n;

/** Makes the inodes of one call. */
export class InodeMaker {
  readonly #room: Room;
  readonly #now: () => bigint;
  #lastNumber = 0;

  constructor(room: Room, now: () => bigint) {
    this.#room = room;
    this.#now = now;
  }

  /** The root, over `layers`, the uppermost first. */
  root(layers: readonly LayerEntries[]): DirectoryInode {
    return this.#directory(LAYER_TIME, { parent: undefined, layers });
  }

  /** An empty file that is in no directory. */
  file(): FileInode {
    return this.#file(EMPTY_BYTES, this.#now());
  }

  /** An empty directory that is in no other. */
  directory(): DirectoryInode {
    return this.#directory(this.#now(), { parent: undefined, layers: [] });
  }

  /** A symbolic link that is in no directory. */
  symlink(target: string): SymlinkInode {
    return { kind: 'symlink', target, heldBytes: Buffer.byteLength(target), ...this.#facts(this.#now()) };
  }

  #ofLayers(nodes: readonly LayerNode[], parent: DirectoryInode): Inode {
    const [top] = nodes;
    if (top === undefined) throw new TypeError('An inode is made of nothing');
    if (top.kind === 'file') return this.#file(top.bytes, LAYER_TIME);
    if (top.kind === 'symlink')
      return { kind: 'symlink', target: top.target, heldBytes: 0, ...this.#facts(LAYER_TIME) };
    if (top.kind === 'device') return { kind: 'device', device: top.device, ...this.#facts(LAYER_TIME) };
    const layers = nodes.flatMap((node) => (node.kind === 'directory' ? [node.entries] : []));
    return this.#directory(LAYER_TIME, { parent, layers });
  }

  #file(bytes: Uint8Array, at: bigint): FileInode {
    return { kind: 'file', content: new FileContent(bytes, this.#room), ...this.#facts(at) };
  }

  #directory(
    at: bigint,
    where: { parent: DirectoryInode | undefined; layers: readonly LayerEntries[] },
  ): DirectoryInode {
    return new DirectoryInode({
      ...where,
      facts: this.#facts(at),
      room: this.#room,
      adopt: (nodes, parent) => this.#ofLayers(nodes, parent),
    });
  }

  #facts(at: bigint): InodeFacts {
    this.#lastNumber += 1;
    const number = this.#lastNumber;
    return { number, links: 1, opened: 0, accessedAt: at, modifiedAt: at, changedAt: at };
  }
}
