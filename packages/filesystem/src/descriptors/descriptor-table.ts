import { refuse } from '../file-error.ts';
import { DirectoryListing } from './directory-listing.ts';
import type { OpenNode, Descriptor, OpenFile, StandardStream } from './descriptor.ts';
import { ALL_RIGHTS, DIRECTORY_RIGHTS, INPUT_RIGHTS, OUTPUT_RIGHTS } from './rights.ts';
import type { FileTree } from '../tree/file-tree.ts';

/** The names of directories that every call has open, from descriptor 3 on; each is the root. */
const PREOPENED = ['/', '.'];

/** What is opened, and for what. */
export interface Opening {
  readonly node: OpenNode;
  readonly flags: number;
  readonly rights: number;
  readonly inheriting: number;
}

/** The descriptors of one call, with those that it finds open. */
export class DescriptorTable {
  readonly #tree: FileTree;
  readonly #max: number;
  readonly #slots: (Descriptor | undefined)[];
  /** What the call found open. */
  readonly #given: readonly Descriptor[];

  /** `max` open at once, of which the call begins with 5. */
  constructor(tree: FileTree, max: number) {
    this.#tree = tree;
    this.#max = max;
    this.#given = [
      stream('stdin', INPUT_RIGHTS),
      stream('stdout', OUTPUT_RIGHTS),
      stream('stderr', OUTPUT_RIGHTS),
      ...PREOPENED.map((name) => this.#preopened(name)),
    ];
    this.#slots = [...this.#given];
  }

  /** Throws `badf` for a number that is not open. */
  get(number: number): Descriptor {
    return this.#slots[number >>> 0] ?? refuse('badf');
  }

  /** The numbers that do not stand for what they stood for at the beginning: opened, closed or changed. */
  get changed(): number[] {
    return [...this.#slots.keys()].filter((number) => this.#slots[number] !== this.#given[number]);
  }

  /** Throws `mfile` when no descriptor can be opened any more. */
  requireFree(): void {
    this.#free();
  }

  /** Opens the lowest number that is free. Throws `mfile`. */
  open({ node, flags, rights, inheriting }: Opening): number {
    const number = this.#free();
    this.#slots[number] = { target: openFile(node, flags), rights, inheriting, preopened: undefined };
    return number;
  }

  /** Opens the lowest number that is free for what another one stands for. Throws `mfile` and `badf`. */
  duplicate(number: number): number {
    const descriptor = this.get(number);
    const copy = this.#free();
    if (descriptor.target.kind === 'opened') descriptor.target.descriptors += 1;
    this.#slots[copy] = { ...descriptor, preopened: undefined };
    return copy;
  }

  /** Throws `badf`. */
  close(number: number): void {
    const { target } = this.get(number);
    this.#slots[number >>> 0] = undefined;
    if (target.kind !== 'opened') return;
    target.descriptors -= 1;
    if (target.descriptors === 0) this.#tree.closed(target.node);
  }

  /** Lets `to`, which is open and is closed, stand for what `from` does, which ends. Throws `badf`. */
  renumber(from: number, to: number): void {
    const descriptor = this.get(from);
    this.get(to);
    if (from >>> 0 === to >>> 0) return;
    this.close(to);
    this.#slots[to >>> 0] = descriptor;
    this.#slots[from >>> 0] = undefined;
  }

  #free(): number {
    const hole = this.#slots.indexOf(undefined);
    const number = hole === -1 ? this.#slots.length : hole;
    return number < this.#max ? number : refuse('mfile');
  }

  #preopened(name: string): Descriptor {
    return {
      target: openFile(this.#tree.root, 0),
      rights: DIRECTORY_RIGHTS,
      inheriting: ALL_RIGHTS,
      preopened: name,
    };
  }
}

function openFile(node: OpenNode, flags: number): OpenFile {
  node.opened += 1;
  const listing = node.kind === 'directory' ? new DirectoryListing(node) : undefined;
  return { kind: 'opened', node, offset: 0, flags, listing, descriptors: 1 };
}

function stream(kind: StandardStream['kind'], rights: number): Descriptor {
  return { target: { kind, flags: 0 }, rights, inheriting: 0, preopened: undefined };
}
