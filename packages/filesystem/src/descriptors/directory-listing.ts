import type { DirectoryEntry, DirectoryInode } from '../nodes/directory-inode.ts';

/** An entry, and the cookie of what comes after it. */
export type ListedEntry = DirectoryEntry & { readonly next: bigint };

/**
 * Lists a directory in parts. A part that begins where the last one ended costs nothing but its entries, and so does one
 * that begins with the entry that was cut there.
 */
export class DirectoryListing {
  readonly #directory: Pick<DirectoryInode, 'list'>;
  #entries: Generator<ListedEntry, void, undefined> | undefined;
  /** Of what comes next. */
  #cookie = 0n;
  /** What came last, and its cookie. */
  #last: { readonly cookie: bigint; readonly entry: ListedEntry } | undefined;
  #repeats = false;

  constructor(directory: Pick<DirectoryInode, 'list'>) {
    this.#directory = directory;
  }

  /** Goes to a cookie. */
  at(cookie: bigint): this {
    const isKnown = this.#entries !== undefined;
    this.#repeats = isKnown && cookie === this.#last?.cookie;
    if (this.#repeats || (isKnown && cookie === this.#cookie)) return this;
    this.#entries = this.#directory.list(cookie);
    this.#cookie = cookie;
    this.#last = undefined;
    return this;
  }

  /** The next entry; undefined after the last. */
  next(): ListedEntry | undefined {
    if (this.#repeats) {
      this.#repeats = false;
      return this.#last?.entry;
    }
    const result = this.#entries?.next();
    if (result === undefined || result.done === true) {
      this.#entries = undefined;
      return undefined;
    }
    const entry = result.value;
    this.#last = { cookie: this.#cookie, entry };
    this.#cookie = entry.next;
    return entry;
  }
}
