import { concat } from '@faasm/stdx';
import { leb128, nameBytes, sectionBytes } from '../module/binary-writer.ts';

/** Value type of 32-bit integers. */
export const I32 = 0x7f;

/** Value type of 64-bit integers. */
export const I64 = 0x7e;

/** Value type of vectors of 128 bits. */
export const V128 = 0x7b;

/** Reference type of functions. */
export const FUNCREF = 0x70;

/** Opcodes that the tests' guests are written with. */
export const OP = {
  localGet: (index: number) => [0x20, ...leb128(index)],
  globalGet: (index: number) => [0x23, ...leb128(index)],
  globalSet: (index: number) => [0x24, ...leb128(index)],
  callIndirect: (type: number) => [0x11, ...leb128(type), 0],
  i64Store: [0x37, 0x03, 0x00],
  i32Store8: [0x3a, 0x00, 0x00],
  i32Add: 0x6a,
  v128: (byte: number) => [0xfd, 12, ...Array.from({ length: 16 }, () => byte)],
  v128Store: [0xfd, 11, 0, 0],
  memorySize: [0x3f, 0x00],
  memoryFill: [0xfc, 11, 0],
  memoryCopy: [0xfc, 10, 0, 0],
  memoryInit: (segment: number) => [0xfc, 8, ...leb128(segment), 0],
  dataDrop: (segment: number) => [0xfc, 9, ...leb128(segment)],
  tableSet: [0x26, 0],
  tableGrow: [0xfc, 15, 0],
  tableSize: [0xfc, 16, 0],
  refFunc: (index: number) => [0xd2, ...leb128(index)],
  refNull: [0xd0, 0x70],
  unreachable: 0x00,
  loop: [0x03, 0x40],
  try: [0x06, 0x40],
  catchAll: 0x19,
  br: (depth: number) => [0x0c, depth],
  call: (index: number) => [0x10, ...leb128(index)],
  drop: 0x1a,
  i32: (value: number) => [0x41, ...signedLeb128(value)],
  i64: (value: number) => [0x42, ...signedLeb128(value)],
  i32Load: [0x28, 0x02, 0x00],
  i32Store: [0x36, 0x02, 0x00],
  memoryGrow: [0x40, 0x00],
  end: 0x0b,
} as const;

/** A function type: kinds of parameters and of results. */
export interface TestFunctionType {
  readonly parameters?: readonly number[];
  readonly results?: readonly number[];
}

/** A module as a test describes it. Imported functions come first in the index space. */
export interface TestModule {
  readonly imports?: readonly (TestFunctionType & { readonly from: string; readonly name: string })[];
  /** Memory in pages. */
  readonly memory?: { readonly min: number; readonly max?: number; readonly imported?: boolean };
  /** `body` without the closing `end`; exported under `name` where one is given. */
  readonly functions: readonly (TestFunctionType & { readonly name?: string; readonly body: Code })[];
  /** Globals, mutable, with the instructions of their first value. */
  readonly globals?: readonly { readonly type: number; readonly initial: Code }[];
  /** A table of functions: its entries, by index. */
  readonly table?: readonly number[];
  /** Bytes of a passive data segment, which is the one behind `data`. */
  readonly passiveData?: Uint8Array;
  /** Index of the start function. */
  readonly start?: number;
  /** Bytes put at the beginning of the memory. */
  readonly data?: Uint8Array;
}

/** Instructions: opcodes and immediates, grouped as is convenient. */
export type Code = readonly (number | readonly number[])[];

/** The bytes of a module, from a description: what a test needs where a compiler would be too much. */
export function assemble(module: TestModule): Uint8Array<ArrayBuffer> {
  const { imports = [], functions, memory, start, globals = [], table } = module;
  const segments = dataSegments(module);
  const types = [...imports, ...functions].map(functionType);
  const importEntries = [
    ...imports.map(importedFunction),
    ...(memory?.imported === true ? [importedMemory(memory)] : []),
  ];
  const sections = [
    section(1, types),
    section(2, importEntries),
    section(
      3,
      functions.map((_, i) => leb128(imports.length + i)),
    ),
    section(4, table === undefined ? [] : [Uint8Array.of(FUNCREF, 0, ...leb128(table.length))]),
    section(5, memory !== undefined && memory.imported !== true ? [limits(memory)] : []),
    section(6, globals.map(mutableGlobal)),
    section(7, exportsOf(module)),
    start === undefined ? [] : sectionBytes(8, [leb128(start)]),
    section(9, table === undefined ? [] : [elementSegment(table)]),
    module.passiveData === undefined ? [] : sectionBytes(12, [leb128(segments.length)]),
    section(
      10,
      functions.map(({ body }) => codeEntry(body)),
    ),
    section(11, segments),
  ];
  return concat([Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00), ...sections.flat()]);
}

function dataSegments({ data, passiveData }: TestModule): Uint8Array[] {
  const active = data === undefined ? [] : [Uint8Array.of(0, 0x41, 0, OP.end), leb128(data.byteLength), data];
  const passive =
    passiveData === undefined ? [] : [Uint8Array.of(1), leb128(passiveData.byteLength), passiveData];
  return [active, passive].filter(({ length }) => length > 0).map(concat);
}

function mutableGlobal({ type, initial }: { type: number; initial: Code }): Uint8Array {
  return Uint8Array.from([type, 1, ...initial.flat(), OP.end]);
}

/** At the beginning of table 0. */
function elementSegment(functions: readonly number[]): Uint8Array {
  return Uint8Array.from([
    0,
    0x41,
    0,
    OP.end,
    ...leb128(functions.length),
    ...functions.flatMap((index) => [...leb128(index)]),
  ]);
}

function section(id: number, entries: readonly Uint8Array[]): Uint8Array[] {
  return entries.length === 0 ? [] : sectionBytes(id, [leb128(entries.length), ...entries]);
}

function functionType({ parameters = [], results = [] }: TestFunctionType): Uint8Array {
  return Uint8Array.of(0x60, parameters.length, ...parameters, results.length, ...results);
}

function importedFunction({ from, name }: { from: string; name: string }, index: number): Uint8Array {
  return concat([...nameBytes(from), ...nameBytes(name), Uint8Array.of(0), leb128(index)]);
}

function importedMemory(memory: { min: number; max?: number }): Uint8Array {
  return concat([...nameBytes('env'), ...nameBytes('memory'), Uint8Array.of(2), limits(memory)]);
}

function limits({ min, max }: { min: number; max?: number }): Uint8Array {
  return concat(
    max === undefined ? [Uint8Array.of(0), leb128(min)] : [Uint8Array.of(1), leb128(min), leb128(max)],
  );
}

function exportsOf({ imports = [], functions }: TestModule): Uint8Array[] {
  return functions.flatMap(({ name }, i) => {
    return name === undefined
      ? []
      : [concat([...nameBytes(name), Uint8Array.of(0), leb128(imports.length + i)])];
  });
}

function codeEntry(body: Code): Uint8Array {
  const code = concat([Uint8Array.of(0), Uint8Array.from(body.flat()), Uint8Array.of(OP.end)]);
  return concat([leb128(code.byteLength), code]);
}

/** Signed LEB128 of a 32-bit integer. */
function signedLeb128(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    const done = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}
