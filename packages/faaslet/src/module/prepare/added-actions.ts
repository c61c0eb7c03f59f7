import { BinaryReader } from '../binary-reader.ts';
import { leb128 } from '../binary-writer.ts';
import { OPCODE } from '../immediates.ts';
import { PAGE_BYTES } from '../memory-type.ts';
import type { ModuleShape } from '../module-shape.ts';
import { CODE, functionBody, MEMORY_INDEX_FOLLOWS, TYPE, type Code } from './code-builder.ts';
import { SAVED_GLOBAL_BYTES, SAVED_GLOBALS_OFFSET } from './prepared-facts.ts';

/** A global that is saved and loaded. */
export interface SavedGlobal {
  readonly index: number;
  /** Its type, as in `TYPE`. */
  readonly type: number;
}

interface MemoryAccess {
  readonly load: Code;
  readonly store: Code;
}

/** Instructions that read and write a value of a type, without their memory argument. */
const ACCESS: ReadonlyMap<number, MemoryAccess> = new Map([
  [TYPE.i32, { load: [0x28], store: [0x36] }],
  [TYPE.i64, { load: [0x29], store: [0x37] }],
  [TYPE.f32, { load: [0x2a], store: [0x38] }],
  [TYPE.f64, { load: [0x2b], store: [0x39] }],
  [TYPE.v128, { load: [0xfd, 0], store: [0xfd, 11] }],
]);

/** Body that writes each global to its place in memory `memory`. */
export function saveBody(globals: readonly SavedGlobal[], memory: number): Uint8Array {
  return functionBody(
    globals.map(({ index, type }, place) => [
      ...CODE.i32(0),
      ...CODE.globalGet(index),
      ...access(type).store,
      ...memoryArgument(place, memory),
    ]),
  );
}

/** Body that reads each global from its place in memory `memory`. */
export function loadBody(globals: readonly SavedGlobal[], memory: number): Uint8Array {
  return functionBody(
    globals.map(({ index, type }, place) => [
      ...CODE.i32(0),
      ...access(type).load,
      ...memoryArgument(place, memory),
      ...CODE.globalSet(index),
    ]),
  );
}

function access(type: number): MemoryAccess {
  const found = ACCESS.get(type);
  if (found === undefined) throw new TypeError(`Globals of type 0x${type.toString(16)} are not saved`);
  return found;
}

function memoryArgument(place: number, memory: number): Code {
  return [
    MEMORY_INDEX_FOLLOWS,
    ...leb128(memory),
    ...leb128(SAVED_GLOBALS_OFFSET + place * SAVED_GLOBAL_BYTES),
  ];
}

/**
 * Instructions that do what instantiation did with active data segments. `checked` gives a function that traps where a
 * segment is not inside the memory, for those of which that is not known now.
 */
export function initDataCode({ data, memory }: ModuleShape, checked: (segment: number) => number): Code[] {
  const endBytes = (memory?.type.minPages ?? 0) * PAGE_BYTES;
  return data.flatMap(({ offset, bytes }, segment) => {
    if (offset === undefined) return [];
    const start = constantOffset(offset);
    const isInside = start !== undefined && start + bytes.byteLength <= endBytes;
    const copy = isInside ? CODE.memoryInit(segment) : CODE.call(checked(segment));
    return [[...offset, ...CODE.i32(0), ...CODE.i32(bytes.byteLength), ...copy]];
  });
}

/** The value of an expression that is one `i32.const`, as compilers write it; undefined for others. */
function constantOffset(expression: Uint8Array): number | undefined {
  const reader = new BinaryReader(expression);
  if (reader.u8() !== OPCODE.i32Const) return undefined;
  const value = reader.s32();
  return reader.atEnd ? value >>> 0 : undefined;
}

/** Body of `(index: i32) -> funcref`: takes the function out of a segment that lists all, by way of a table of one. */
export function functionAccessorBody(segment: number, table: number): Uint8Array {
  return functionBody([
    CODE.i32(0),
    CODE.localGet(0),
    CODE.i32(1),
    CODE.tableInit(segment, table),
    CODE.i32(0),
    CODE.tableGet(table),
  ]);
}
