import { concat } from '@faasm/stdx';
import { leb128, nameBytes, sectionBytes } from '../module/binary-writer.ts';

/** Value type of 32-bit integers. */
export const I32 = 0x7f;

/** Value type of 64-bit integers. */
export const I64 = 0x7e;

/** Opcodes that the tests' guests are written with. */
export const OP = {
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
  /** Index of the start function. */
  readonly start?: number;
  /** Bytes put at the beginning of the memory. */
  readonly data?: Uint8Array;
}

/** Instructions: opcodes and immediates, grouped as is convenient. */
export type Code = readonly (number | readonly number[])[];

/** The bytes of a module, from a description: what a test needs where a compiler would be too much. */
export function assemble(module: TestModule): Uint8Array<ArrayBuffer> {
  const { imports = [], functions, memory, start, data } = module;
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
    section(5, memory !== undefined && memory.imported !== true ? [limits(memory)] : []),
    section(7, exportsOf(module)),
    start === undefined ? [] : sectionBytes(8, [leb128(start)]),
    section(
      10,
      functions.map(({ body }) => codeEntry(body)),
    ),
    section(
      11,
      data === undefined ? [] : [concat([Uint8Array.of(0, 0x41, 0, 0x0b), leb128(data.byteLength), data])],
    ),
  ];
  return concat([Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00), ...sections.flat()]);
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
