import { leb128, signedLeb128 } from '../binary-writer.ts';
import { BULK, OPCODE } from '../immediates.ts';

/** Instructions as bytes. */
export type Code = readonly number[];

/** Value types. */
export const TYPE = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b, funcref: 0x70 } as const;

const EMPTY_BLOCK = 0x40;

/** In a memory argument: the index of the memory follows. */
export const MEMORY_INDEX_FOLLOWS = 0x40;

/** The instructions that preparation adds, as bytes. */
export const CODE = {
  i32: (value: number): Code => [OPCODE.i32Const, ...signedLeb128(value)],
  localGet: (index: number): Code => [OPCODE.localGet, ...leb128(index)],
  localSet: (index: number): Code => [OPCODE.localSet, ...leb128(index)],
  localTee: (index: number): Code => [OPCODE.localTee, ...leb128(index)],
  globalGet: (index: number): Code => [OPCODE.globalGet, ...leb128(index)],
  globalSet: (index: number): Code => [OPCODE.globalSet, ...leb128(index)],
  call: (index: number): Code => [OPCODE.call, ...leb128(index)],
  callRef: (type: number): Code => [OPCODE.callRef, ...leb128(type)],
  select: [OPCODE.select],
  /** The word at address 0 of a memory, as other threads see it. */
  i32AtomicLoad: (memory: number): Code => [
    OPCODE.atomic,
    0x10,
    2 | MEMORY_INDEX_FOLLOWS,
    ...leb128(memory),
    0,
  ],
  drop: [0x1a],
  i32Add: [OPCODE.i32Add],
  i32Sub: [0x6b],
  i32Eqz: [0x45],
  i32LtU: [0x49],
  i32LeU: [0x4d],
  i32And: [0x71],
  i32Or: [0x72],
  i32RemU: [0x70],
  i32Ne: [OPCODE.i32Ne],
  i64ExtendU: [0xad],
  i64Add: [0x7c],
  i64Shl: [0x86],
  i64LeU: [0x58],
  i64: (value: number): Code => [0x42, ...signedLeb128(value)],
  unreachable: [OPCODE.unreachable],
  return: [0x0f],
  br: (label: number): Code => [OPCODE.br, ...leb128(label)],
  brIf: (label: number): Code => [OPCODE.brIf, ...leb128(label)],
  /** The block type follows. */
  loop: [OPCODE.loop],
  loopEmpty: [OPCODE.loop, EMPTY_BLOCK],
  if: [OPCODE.if, EMPTY_BLOCK],
  else: [0x05],
  end: [OPCODE.end],
  memoryFill: [OPCODE.bulk, BULK.memoryFill, 0],
  memoryCopy: [OPCODE.bulk, BULK.memoryCopy, 0, 0],
  memoryInit: (segment: number): Code => [OPCODE.bulk, BULK.memoryInit, ...leb128(segment), 0],
  tableInit: (element: number, table: number): Code => [
    OPCODE.bulk,
    BULK.tableInit,
    ...leb128(element),
    ...leb128(table),
  ],
  tableGet: (table: number): Code => [OPCODE.tableGet, ...leb128(table)],
} as const;

/** A function's entry of the code section. `locals` are i32s. */
export function functionBody(instructions: readonly Code[], locals = 0): Uint8Array {
  const declared = locals === 0 ? [0] : [1, locals, TYPE.i32];
  const content = [...declared, ...instructions.flat(), OPCODE.end];
  return Uint8Array.from([...leb128(content.length), ...content]);
}
