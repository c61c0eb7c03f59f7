import { concat } from '@faasm/stdx';
import { leb128, nameBytes, signedLeb128 } from '../binary-writer.ts';
import { OPCODE } from '../immediates.ts';
import type { ModuleShape } from '../module-shape.ts';
import { CONTROL_IMPORT, HOST_MODULE, MEMORY_IMPORT } from '../names.ts';
import { ADDED_TYPE, type Additions } from './additions.ts';
import { TYPE } from './code-builder.ts';

const KIND = { function: 0x60, memoryImport: 2, nullable: 0x63, mutable: 1 } as const;
const NO_MAXIMUM = 0;

/** Limits of a memory of one page that threads share. */
const SHARED_PAGE = Uint8Array.of(3, 1, 1);

/** The types in the order of {@link ADDED_TYPE}. */
export function addedTypes(): Uint8Array[] {
  const { i32, funcref } = TYPE;
  return [
    Uint8Array.of(KIND.function, 1, i32, 1, i32),
    Uint8Array.of(KIND.function, 3, i32, i32, i32, 0),
    Uint8Array.of(KIND.function, 0, 0),
    Uint8Array.of(KIND.function, 1, i32, 1, funcref),
  ];
}

/** The memories that the host gives: the guest's own becomes one, so that it keeps index 0. */
export function addedImports({ memory }: ModuleShape): Uint8Array[] {
  const control = memoryImport(CONTROL_IMPORT, SHARED_PAGE);
  if (memory === undefined || memory.imported) return [control];
  return [memoryImport(MEMORY_IMPORT, unboundedMemory(memory.type.minPages)), control];
}

/**
 * Only the minimum that the guest declared: V8 leaves out the check of an access that it knows to be inside it, while
 * pages above may be out of reach.
 */
export function unboundedMemory(minPages: number): Uint8Array {
  return Uint8Array.from([NO_MAXIMUM, ...leb128(minPages)]);
}

function memoryImport(name: string, limits: Uint8Array): Uint8Array {
  const names = [...nameBytes(HOST_MODULE), ...nameBytes(name)];
  return concat([...names, Uint8Array.of(KIND.memoryImport), limits]);
}

/**
 * The added i32 globals that are saved, then those that refer to the host's functions: the one that grows memories, the
 * one that pauses; then the beginning and the end of the window.
 */
export function addedGlobals(added: Additions): Uint8Array[] {
  const number = (initial: number): Uint8Array =>
    Uint8Array.from([TYPE.i32, KIND.mutable, OPCODE.i32Const, ...signedLeb128(initial), OPCODE.end]);
  const type = signedLeb128(added.type(ADDED_TYPE.hostFunction));
  const reference = [KIND.nullable, ...type, KIND.mutable, OPCODE.refNull, ...type, OPCODE.end];
  return [
    ...added.globals.map(number),
    Uint8Array.from(reference),
    Uint8Array.from(reference),
    number(0),
    number(0),
  ];
}
