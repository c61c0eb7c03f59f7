import { MalformedModuleError, type BinaryReader } from '../binary-reader.ts';
import { leb128, nameBytes, sectionBytes } from '../binary-writer.ts';
import type { ModuleShape, TableShape } from '../module-shape.ts';
import { SECTION, sectionReader, type Section } from '../sections.ts';
import { unboundedMemory } from './added-sections.ts';

const IMPORT_MEMORY = 2;
const PASSIVE = 1;

/**
 * Entries of a table, at most. V8 fills, copies or grows this many within some milliseconds, in one operation that nothing
 * interrupts; compilers of C++ compiled to WebAssembly have 17,000.
 */
const TABLE_ENTRIES_MAX = 100_000;
const HAS_MAXIMUM = 1;

/** Writes the sections of a module again, with something more or something else in them. */
export class SectionWriter {
  readonly #bytes: Uint8Array;
  readonly #shape: ModuleShape;

  constructor(bytes: Uint8Array, shape: ModuleShape) {
    this.#bytes = bytes;
    this.#shape = shape;
  }

  /** A section that is a list, with entries added at its end; nothing where there are none at all. */
  appended(id: number, entries: readonly Uint8Array[]): Uint8Array[] {
    const section = this.#section(id);
    if (section === undefined && entries.length === 0) return [];
    const { count, rest } = this.#list(section);
    return sectionBytes(id, [leb128(count + entries.length), rest, ...entries]);
  }

  /** The imports, with entries added; an imported memory loses its maximum, because the host's is larger. */
  imports(entries: readonly Uint8Array[]): Uint8Array[] {
    const section = this.#section(SECTION.import);
    if (this.#shape.memory?.imported !== true || section === undefined)
      return this.appended(SECTION.import, entries);
    const reader = sectionReader(this.#bytes, section);
    const count = reader.u32();
    const present = Array.from({ length: count }, () => this.#withoutMaximum(reader));
    return sectionBytes(SECTION.import, [leb128(count + entries.length), ...present.flat(), ...entries]);
  }

  /** The tables, none of which can grow beyond the bound, with entries added. */
  tables(entries: readonly Uint8Array[]): Uint8Array[] {
    const own = this.#shape.tables.flatMap(boundedTable);
    return sectionBytes(SECTION.table, [
      leb128(this.#shape.tables.length + entries.length),
      ...own,
      ...entries,
    ]);
  }

  /** All data segments, passive. */
  passiveData(): Uint8Array[] {
    const { data } = this.#shape;
    if (data.length === 0) return [];
    const entries = data.flatMap(({ bytes }) => [Uint8Array.of(PASSIVE), leb128(bytes.byteLength), bytes]);
    return sectionBytes(SECTION.data, [leb128(data.length), ...entries]);
  }

  /** What code that names data segments must be preceded by. */
  dataCount(): Uint8Array[] {
    const { length } = this.#shape.data;
    return length === 0 ? [] : sectionBytes(SECTION.dataCount, [leb128(length)]);
  }

  /** The names of functions; other custom sections hold offsets that are no longer true. */
  nameSection(): Uint8Array[] {
    const wanted = Buffer.concat(nameBytes('name'));
    return this.#shape.sections
      .filter(({ id, contentStart, end }) => {
        if (id !== SECTION.custom) return false;
        return wanted.equals(this.#bytes.subarray(contentStart, Math.min(end, contentStart + wanted.length)));
      })
      .map(({ start, end }) => this.#bytes.subarray(start, end));
  }

  #section(id: number): Section | undefined {
    return this.#shape.sections.find((section) => section.id === id);
  }

  #list(section: Section | undefined): { count: number; rest: Uint8Array } {
    if (section === undefined) return { count: 0, rest: new Uint8Array(0) };
    const reader = sectionReader(this.#bytes, section);
    const count = reader.u32();
    return { count, rest: this.#bytes.subarray(reader.offset, section.end) };
  }

  #withoutMaximum(reader: BinaryReader): Uint8Array[] {
    const name = reader.taken(() => {
      reader.take(reader.u32());
      reader.take(reader.u32());
    });
    const kind = reader.u8();
    if (kind !== IMPORT_MEMORY) {
      const type = reader.taken(() => {
        reader.skipIntegers(1);
      });
      return [name, Uint8Array.of(kind), type];
    }
    const hasMaximum = (reader.u8() & 1) !== 0;
    const minPages = reader.u32();
    if (hasMaximum) reader.skipIntegers(1);
    return [name, Uint8Array.of(kind), unboundedMemory(minPages)];
  }
}

/** An entry of the table section. Throws `MalformedModuleError` for a table that begins larger than the bound. */
function boundedTable({
  before,
  minEntries,
  maxEntries = TABLE_ENTRIES_MAX,
  after,
}: TableShape): Uint8Array[] {
  if (minEntries > TABLE_ENTRIES_MAX) {
    throw new MalformedModuleError(
      `It has a table of ${minEntries} entries, more than the limit of ${TABLE_ENTRIES_MAX}`,
    );
  }
  const max = Math.min(maxEntries, TABLE_ENTRIES_MAX);
  return [before, Uint8Array.of(HAS_MAXIMUM), leb128(minEntries), leb128(max), after];
}
