import { refuse } from '../file-error.ts';
import type { Room } from '../room.ts';
import type { LayerEntries, LayerNode } from '../tree/layer.ts';
import type { Inode, InodeFacts } from './inode.ts';

/** A name in a directory. */
export interface DirectoryEntry {
  readonly name: string;
  readonly node: Inode;
}

/** An entry in its place. */
interface PlacedEntry {
  readonly node: Inode;
  /** Entries are listed in its order; it is never used again, so that a listing can go on after changes. */
  readonly cookie: bigint;
  /** Whether the call added it, so that it takes room. */
  readonly isOwn: boolean;
}

/** What a directory is made with. */
export interface DirectoryParts {
  readonly facts: InodeFacts;
  /** Undefined for the root. */
  readonly parent: DirectoryInode | undefined;
  /** What lies below, the uppermost first. */
  readonly layers: readonly LayerEntries[];
  readonly room: Room;
  /** Makes an inode of what layers have under one name, the uppermost first. */
  readonly adopt: (nodes: readonly LayerNode[], parent: DirectoryInode) => Inode;
}

/** Cookies 0 and 1 are those of `.` and `..`. */
const FIRST_COOKIE = 2n;

/**
 * A directory: the layers below it until a call changes or lists it, then entries of its own. So a directory of many files
 * costs a call that opens one of them nothing.
 */
export class DirectoryInode implements InodeFacts {
  readonly kind = 'directory';
  readonly number: number;
  links: number;
  opened: number;
  accessedAt: bigint;
  modifiedAt: bigint;
  changedAt: bigint;
  /** Undefined for the root, and for a directory that was removed. */
  parent: DirectoryInode | undefined;
  readonly #room: Room;
  readonly #adopt: DirectoryParts['adopt'];
  /** Empty once all of them are entries. */
  #layers: readonly LayerEntries[];
  #entries = new Map<string, PlacedEntry>();
  #nextCookie = FIRST_COOKIE;

  constructor({ facts, parent, layers, room, adopt }: DirectoryParts) {
    this.number = facts.number;
    this.links = facts.links;
    this.opened = facts.opened;
    this.accessedAt = facts.accessedAt;
    this.modifiedAt = facts.modifiedAt;
    this.changedAt = facts.changedAt;
    this.parent = parent;
    this.#room = room;
    this.#adopt = adopt;
    this.#layers = layers;
  }

  get isEmpty(): boolean {
    this.#makeWhole();
    return this.#entries.size === 0;
  }

  /** What has the name; undefined when nothing has. */
  lookUp(name: string): Inode | undefined {
    const known = this.#entries.get(name);
    if (known !== undefined) return known.node;
    const below = this.#below(name);
    if (below.length === 0) return undefined;
    const node = this.#adopt(below, this);
    this.#entries.set(name, { node, cookie: FIRST_COOKIE, isOwn: false });
    return node;
  }

  /** Gives a new name to `node`. Throws `nospc`, and `noent` when the directory was removed. */
  add(name: string, node: Inode): void {
    if (this.links === 0) refuse('noent');
    this.#makeWhole();
    this.#room.takeEntry();
    this.#place(name, { node, isOwn: true });
  }

  /** Takes a name away. */
  remove(name: string): void {
    if (this.#take(name)?.isOwn === true) this.#room.giveEntry();
  }

  /** Takes a name away and gives another one to what had it, here or elsewhere: that needs no room. */
  move(name: string, to: { readonly directory: DirectoryInode; readonly name: string }): void {
    const entry = this.#take(name);
    if (entry === undefined) return;
    to.directory.#makeWhole();
    to.directory.#place(to.name, entry);
  }

  /** The entries from `cookie` on, each with the cookie of what comes after it, `.` and `..` first. */
  *list(cookie: bigint): Generator<DirectoryEntry & { readonly next: bigint }, void, undefined> {
    this.#makeWhole();
    if (cookie < 1n) yield { name: '.', node: this, next: 1n };
    if (cookie < FIRST_COOKIE) yield { name: '..', node: this.parent ?? this, next: FIRST_COOKIE };
    for (const [name, entry] of this.#entries) {
      if (entry.cookie >= cookie) yield { name, node: entry.node, next: entry.cookie + 1n };
    }
  }

  #take(name: string): PlacedEntry | undefined {
    this.#makeWhole();
    const entry = this.#entries.get(name);
    this.#entries.delete(name);
    return entry;
  }

  #place(name: string, { node, isOwn }: Pick<PlacedEntry, 'node' | 'isOwn'>): void {
    if (node.kind === 'directory') node.parent = this;
    this.#entries.set(name, { node, isOwn, cookie: this.#nextCookie });
    this.#nextCookie += 1n;
  }

  /** Makes entries of all that lies below. */
  #makeWhole(): void {
    if (this.#layers.length === 0) return;
    const known = this.#entries;
    this.#entries = new Map();
    for (const name of new Set(this.#layers.flatMap((layer) => [...layer.keys()]))) {
      const node = known.get(name)?.node ?? this.#adopt(this.#below(name), this);
      this.#place(name, { node, isOwn: false });
    }
    this.#layers = [];
  }

  /** What the layers have under the name, as far down as it is visible. */
  #below(name: string): LayerNode[] {
    const nodes: LayerNode[] = [];
    for (const layer of this.#layers) {
      const node = layer.get(name);
      if (node === undefined) continue;
      if (nodes.length === 0 || node.kind === 'directory') nodes.push(node);
      if (node.kind !== 'directory') break;
    }
    return nodes;
  }
}
