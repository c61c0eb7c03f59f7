import { MalformedModuleError, type BinaryReader } from './binary-reader.ts';
import { declaredMemory, type DeclaredMemory } from './declared-memory.ts';
import { skipType } from './immediates.ts';
import { constantExpression } from './instructions.ts';
import { readSections, SECTION, sectionReader, type Section } from './sections.ts';

/** A global as its module declares it. */
interface GlobalShape {
  /** First byte of its type: a number type, `0x7b` for v128, or a reference. */
  readonly type: number;
  readonly mutable: boolean;
}

/** A table as its module declares it. */
export interface TableShape {
  readonly minEntries: number;
  readonly maxEntries: number | undefined;
  /** The parts of its entry in front of its limits and behind them. */
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/** A data segment; what is active is copied into the memory at the beginning. */
interface DataSegment {
  /** Constant expression of where it goes; undefined when it is passive. */
  readonly offset: Uint8Array | undefined;
  readonly bytes: Uint8Array;
}

/** What preparation must know of a module before it changes anything. */
export interface ModuleShape {
  readonly sections: readonly Section[];
  readonly types: number;
  /** Number of parameters of each function, by index: imported ones first. */
  readonly parameters: readonly number[];
  readonly importedFunctions: number;
  /** Imported ones and own ones. */
  readonly functions: number;
  readonly tables: readonly TableShape[];
  readonly elements: number;
  readonly globals: readonly GlobalShape[];
  readonly data: readonly DataSegment[];
  readonly memory: DeclaredMemory | undefined;
  /** Index of the function of the start section. */
  readonly start: number | undefined;
}

const FUNCREF = 0x70;
const REFERENCE_PREFIXES: ReadonlySet<number> = new Set([0x63, 0x64]);
const REFERENCE_TYPES_END = 0x75;
const REFERENCE_TYPES_BEGIN = 0x63;

/** Reads the shape of a module that V8 found valid. Throws `MalformedModuleError` for what this host does not run. */
export function readShape(bytes: Uint8Array): ModuleShape {
  const sections = readSections(bytes);
  const read = <T>(id: number, entry: (reader: BinaryReader) => T): T[] => {
    const section = sections.find((found) => found.id === id);
    if (section === undefined) return [];
    const reader = sectionReader(bytes, section);
    return Array.from({ length: reader.u32() }, () => entry(reader));
  };
  const count = (id: number): number => {
    const section = sections.find((found) => found.id === id);
    return section === undefined ? 0 : sectionReader(bytes, section).u32();
  };
  const start = sections.find(({ id }) => id === SECTION.start);
  const types = read(SECTION.type, readTypes).flat();
  const imported = read(SECTION.import, readImport).filter((type) => type !== undefined);
  const own = read(SECTION.function, (reader) => reader.u32());
  return {
    sections,
    types: types.length,
    parameters: [...imported, ...own].map((type) => types[type] ?? 0),
    importedFunctions: imported.length,
    functions: imported.length + own.length,
    tables: read(SECTION.table, readTable),
    elements: count(SECTION.element),
    globals: read(SECTION.global, readGlobal),
    data: read(SECTION.data, readData),
    memory: declaredMemory(bytes),
    start: start === undefined ? undefined : sectionReader(bytes, start).u32(),
  };
}

/** The type of a function; undefined for a memory, the only other thing that can be imported here. */
function readImport(reader: BinaryReader): number | undefined {
  reader.take(reader.u32());
  reader.take(reader.u32());
  if (reader.u8() === 0) return reader.u32();
  const flags = reader.u8();
  reader.skipIntegers((flags & 1) === 0 ? 1 : 2);
  return undefined;
}

/**
 * How many parameters each type has that an entry of the type section defines, 0 for what is no function: a recursive
 * group has several.
 */
function readTypes(reader: BinaryReader): number[] {
  const form = reader.u8();
  if (form === 0x4e) return Array.from({ length: reader.u32() }, () => readTypes(reader)).flat();
  if (form === 0x50 || form === 0x4f) {
    reader.skipIntegers(reader.u32());
    return readTypes(reader);
  }
  if (form === 0x60) {
    const parameters = repeat(reader, skipType);
    repeat(reader, skipType);
    return [parameters];
  }
  if (form === 0x5f) repeat(reader, skipField);
  else if (form === 0x5e) skipField(reader);
  else throw new MalformedModuleError(`Type of form 0x${form.toString(16)} is not known`);
  return [0];
}

function skipField(reader: BinaryReader): void {
  skipType(reader);
  reader.take(1);
}

/** Reads a list; returns how many entries it has. */
function repeat(reader: BinaryReader, read: (reader: BinaryReader) => void): number {
  const count = reader.u32();
  for (let left = count; left > 0; left--) read(reader);
  return count;
}

function readTable(reader: BinaryReader): TableShape {
  const initialised = reader.peek() === 0x40;
  const before = reader.taken(() => {
    if (initialised) reader.take(2);
    refuseForeignReference(reader, 'table');
  });
  const flags = reader.u8();
  if ((flags & 4) !== 0) throw new MalformedModuleError('It has a table with 64-bit indices');
  const minEntries = reader.u32();
  const maxEntries = (flags & 1) === 0 ? undefined : reader.u32();
  const after = reader.taken(() => {
    if (initialised) constantExpression(reader);
  });
  return { minEntries, maxEntries, before, after };
}

function readGlobal(reader: BinaryReader): GlobalShape {
  const type = reader.peek();
  if (type >= REFERENCE_TYPES_BEGIN && type <= REFERENCE_TYPES_END) refuseForeignReference(reader, 'global');
  else reader.take(1);
  const mutable = reader.u8() === 1;
  constantExpression(reader);
  return { type, mutable };
}

/** Only references to functions can be kept in a snapshot. */
function refuseForeignReference(reader: BinaryReader, where: string): void {
  const type = reader.taken(() => {
    skipType(reader);
  });
  const [first = 0] = type;
  if ((REFERENCE_PREFIXES.has(first) ? type[1] : first) === FUNCREF) return;
  const shown = [...type].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  throw new MalformedModuleError(
    `It has a ${where} of references (${shown}) other than funcref: the garbage collector's and JavaScript's are not kept`,
  );
}

function readData(reader: BinaryReader): DataSegment {
  const flags = reader.u32();
  if (flags === 2) reader.skipIntegers(1);
  const offset = flags === 1 ? undefined : constantExpression(reader);
  return { offset, bytes: reader.take(reader.u32()) };
}
