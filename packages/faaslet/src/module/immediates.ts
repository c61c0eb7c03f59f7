import { MalformedModuleError } from './binary-reader.ts';
import type { BinaryReader } from './binary-reader.ts';

/** Opcodes that the host looks for, from the core specification 5.4, and prefixes of longer ones. */
export const OPCODE = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  try: 0x06,
  rethrow: 0x09,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  call: 0x10,
  callIndirect: 0x11,
  returnCall: 0x12,
  returnCallIndirect: 0x13,
  callRef: 0x14,
  returnCallRef: 0x15,
  delegate: 0x18,
  select: 0x1b,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  tableGet: 0x25,
  tableSet: 0x26,
  memorySize: 0x3f,
  memoryGrow: 0x40,
  tryTable: 0x1f,
  i32Const: 0x41,
  i32Ne: 0x47,
  i32Add: 0x6a,
  refNull: 0xd0,
  brOnNull: 0xd5,
  brOnNonNull: 0xd6,
  gc: 0xfb,
  bulk: 0xfc,
  simd: 0xfd,
  atomic: 0xfe,
} as const;

/** Second bytes of instructions with the prefix `OPCODE.bulk`. */
export const BULK = {
  memoryInit: 8,
  dataDrop: 9,
  memoryCopy: 10,
  memoryFill: 11,
  tableInit: 12,
  elemDrop: 13,
  tableCopy: 14,
  tableGrow: 15,
  tableSize: 16,
  tableFill: 17,
} as const;

/** Second numbers of instructions with the prefix `OPCODE.gc` that read data or element segments. */
export const GC_SEGMENT_READERS: ReadonlySet<number> = new Set([9, 10, 18, 19]);

/** Second numbers of instructions with the prefix `OPCODE.gc` that branch; flags come before their label. */
export const GC_BRANCHES: ReadonlySet<number> = new Set([24, 25]);

/** What follows an opcode: a number of LEB128 integers (0 to 2), or one of these. */
const NOT_READ = 255;
const BLOCK_TYPE = 10;
const BRANCH_TABLE = 11;
const MEMORY_ARGUMENT = 12;
const VALUE_TYPES = 13;
const TRY_TABLE = 14;
const BYTES_4 = 15;
const BYTES_8 = 16;

/** Value types that are followed by a heap type. */
const REFERENCE_TYPES: ReadonlySet<number> = new Set([0x63, 0x64]);

const MEMORY_INDEX_FLAG = 0x40;

const IMMEDIATES = makeImmediates();

function makeImmediates(): Uint8Array {
  const table = new Uint8Array(256).fill(NOT_READ);
  const set = (value: number, ...ranges: readonly (number | readonly [number, number])[]): void => {
    for (const range of ranges) {
      const [from, to] = typeof range === 'number' ? [range, range] : range;
      table.fill(value, from, to + 1);
    }
  };
  set(0, 0x00, 0x01, 0x05, 0x0a, 0x0b, 0x0f, 0x19, 0x1a, 0x1b, [0x45, 0xc4], 0xd1, 0xd3, 0xd4);
  set(1, 0x07, 0x08, 0x09, 0x0c, 0x0d, 0x10, 0x12, 0x14, 0x15, 0x18, [0x20, 0x26], [0x3f, 0x42], 0xd0, 0xd2);
  set(1, 0xd5, 0xd6);
  set(2, 0x11, 0x13);
  set(BLOCK_TYPE, 0x02, 0x03, 0x04, 0x06);
  set(BRANCH_TABLE, 0x0e);
  set(VALUE_TYPES, 0x1c);
  set(TRY_TABLE, 0x1f);
  set(MEMORY_ARGUMENT, [0x28, 0x3e]);
  set(BYTES_4, 0x43);
  set(BYTES_8, 0x44);
  return table;
}

/** Numbers of LEB128 integers behind the instructions with the prefix `OPCODE.gc`, by their second number. */
// prettier-ignore
const GC_INTEGERS = [
  1, 1, 2, 2, 2, 2, 1, 1, 2, 2, 2, 1, 1, 1, 1, 0, 1, 2, 2, 2, 1, 1, 1, 1, 4, 4, 0, 0, 0, 0, 0,
];

/** Skips what follows the one-byte opcode `opcode`. Throws `MalformedModuleError` for one that is not known. */
export function skipImmediates(reader: BinaryReader, opcode: number): void {
  const kind = IMMEDIATES[opcode] ?? NOT_READ;
  if (kind === 0) return;
  if (kind <= 2) reader.skipIntegers(kind);
  else if (kind === MEMORY_ARGUMENT) skipMemoryArgument(reader);
  else if (kind === BLOCK_TYPE) skipType(reader);
  else if (kind === BRANCH_TABLE) reader.skipIntegers(reader.u32() + 1);
  else if (kind === BYTES_4) reader.take(4);
  else if (kind === BYTES_8) reader.take(8);
  else if (kind === VALUE_TYPES) for (let left = reader.u32(); left > 0; left--) skipType(reader);
  else if (kind === TRY_TABLE) skipTryTable(reader);
  else throw unknownInstruction(reader, opcode);
}

/** Skips what follows an instruction with the prefix `OPCODE.bulk`. */
export function skipBulk(reader: BinaryReader, second: number): void {
  if (second <= 7 || (second >= 19 && second <= 22)) return;
  if (second > BULK.tableFill) throw unknownInstruction(reader, OPCODE.bulk, second);
  const two =
    second === BULK.memoryInit ||
    second === BULK.memoryCopy ||
    second === BULK.tableInit ||
    second === BULK.tableCopy;
  reader.skipIntegers(two ? 2 : 1);
}

/** Skips what follows an instruction with the prefix `OPCODE.simd`; relaxed ones have nothing. */
export function skipSimd(reader: BinaryReader, second: number): void {
  if (second <= 11 || second === 92 || second === 93) skipMemoryArgument(reader);
  else if (second === 12 || second === 13) reader.take(16);
  else if (second >= 21 && second <= 34) reader.take(1);
  else if (second >= 84 && second <= 91) {
    skipMemoryArgument(reader);
    reader.take(1);
  }
}

/** Skips what follows an instruction with the prefix `OPCODE.gc`. */
export function skipGc(reader: BinaryReader, second: number): void {
  const integers = GC_INTEGERS[second];
  if (integers === undefined) throw unknownInstruction(reader, OPCODE.gc, second);
  reader.skipIntegers(integers);
}

/** Skips a block type or a value type. */
export function skipType(reader: BinaryReader): void {
  const first = reader.peek();
  if (REFERENCE_TYPES.has(first)) reader.take(1);
  reader.skipIntegers(1);
}

function skipMemoryArgument(reader: BinaryReader): void {
  const alignment = reader.u32();
  reader.skipIntegers((alignment & MEMORY_INDEX_FLAG) === 0 ? 1 : 2);
}

function skipTryTable(reader: BinaryReader): void {
  skipType(reader);
  for (let left = reader.u32(); left > 0; left--) {
    const kind = reader.u8();
    reader.skipIntegers(kind < 2 ? 2 : 1);
  }
}

function unknownInstruction(reader: BinaryReader, first: number, second?: number): MalformedModuleError {
  const code = [first, second].filter((part) => part !== undefined).map((part) => `0x${part.toString(16)}`);
  return new MalformedModuleError(`Instruction ${code.join(' ')} before byte ${reader.offset} is not known`);
}
