import { concat } from '@faasm/stdx';
import type { Extent } from '../memory/memory-mapper.ts';
import { PAGE_BYTES } from '../module/memory-type.ts';
import { SAVED_GLOBAL_BYTES } from '../module/prepare/prepared-facts.ts';
import { BLOCK_BYTES } from './sparse-extents.ts';
import type { Snapshot, TableSnapshot } from './snapshot.ts';

/** Why a stored snapshot is not used. */
export class SnapshotRefusedError extends Error {
  override readonly name = 'SnapshotRefusedError';
}

/** How large the parts of a snapshot may be here. */
export interface SnapshotBounds {
  readonly pagesMax: number;
  /** How many globals the module saves. */
  readonly savedGlobals: number;
}

/** Function indices are stored one higher, so that 0 is null. */
const NULL = 0;
const U32_BYTES = 4;

/**
 * A snapshot as bytes: little-endian 32-bit numbers, and before each list or run of bytes its length. Pages, globals,
 * extents (offset, bytes), tables (index, size, entries of position and function index plus 1).
 */
export function encodeSnapshot({ pages, globals, extents, tables }: Snapshot): Uint8Array<ArrayBuffer> {
  return concat(
    [
      numbers(pages),
      run(globals),
      numbers(extents.length),
      ...extents.flatMap(({ offset, bytes }) => [numbers(offset), run(bytes)]),
      numbers(tables.length),
      ...tables.map(({ index, size, entries }) =>
        numbers(
          index,
          size,
          entries.length,
          ...entries.flatMap(({ at, functionIndex }) => [
            at,
            functionIndex === undefined ? NULL : functionIndex + 1,
          ]),
        ),
      ),
    ].flat(),
  );
}

/** The snapshot in `bytes`, every number checked. Throws `SnapshotRefusedError`. */
export function decodeSnapshot(bytes: Uint8Array, { pagesMax, savedGlobals }: SnapshotBounds): Snapshot {
  const reader = new NumberReader(bytes);
  const pages = reader.number('size of the memory', pagesMax);
  const globals = reader.run('globals');
  if (globals.byteLength !== savedGlobals * SAVED_GLOBAL_BYTES)
    throw new SnapshotRefusedError(
      `It has ${globals.byteLength} bytes of globals, its module ${savedGlobals} globals`,
    );
  let end = 0;
  const extents = reader.list('extents', (): Extent => {
    const offset = reader.number('offset of an extent', pages * PAGE_BYTES);
    const content = reader.run('extent');
    const aligned = offset % BLOCK_BYTES === 0 && content.byteLength % BLOCK_BYTES === 0;
    if (!aligned || offset < end || offset + content.byteLength > pages * PAGE_BYTES)
      throw new SnapshotRefusedError(`Extent at ${offset} of ${content.byteLength} bytes is out of place`);
    end = offset + content.byteLength;
    return { offset, bytes: content };
  });
  const tables = reader.list('tables', (): TableSnapshot => {
    const [index, size] = [reader.number('table'), reader.number('size of a table')];
    const entries = reader.list('entries', () => {
      const at = reader.number('entry', size - 1);
      const functionIndex = reader.number('function');
      return { at, functionIndex: functionIndex === NULL ? undefined : functionIndex - 1 };
    });
    return { index, size, entries };
  });
  reader.finish();
  return { pages, globals, extents, tables };
}

function numbers(...values: readonly number[]): Uint8Array[] {
  return [new Uint8Array(Uint32Array.from(values).buffer)];
}

function run(bytes: Uint8Array): Uint8Array[] {
  return [...numbers(bytes.byteLength), bytes];
}

class NumberReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  number(what: string, max = 0xffff_ffff): number {
    if (this.#offset + U32_BYTES > this.#bytes.byteLength)
      throw new SnapshotRefusedError(`It ends before its ${what}`);
    const value = this.#view.getUint32(this.#offset, true);
    this.#offset += U32_BYTES;
    if (value > max) throw new SnapshotRefusedError(`Its ${what} is ${value}, more than ${max}`);
    return value;
  }

  /** Bytes behind their length: a copy, so that the file can be forgotten. */
  run(what: string): Uint8Array {
    const length = this.number(`length of ${what}`, this.#bytes.byteLength - this.#offset);
    const start = this.#offset;
    this.#offset += length;
    if (this.#offset > this.#bytes.byteLength) throw new SnapshotRefusedError(`It ends inside its ${what}`);
    return this.#bytes.slice(start, this.#offset);
  }

  list<T>(what: string, read: () => T): T[] {
    const length = this.number(`number of ${what}`, (this.#bytes.byteLength - this.#offset) / U32_BYTES);
    return Array.from({ length }, read);
  }

  finish(): void {
    const left = this.#bytes.byteLength - this.#offset;
    if (left > 0) throw new SnapshotRefusedError(`It has ${left} bytes too many`);
  }
}
