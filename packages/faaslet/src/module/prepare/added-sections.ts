import { concat } from '@faasm/stdx';
import { leb128, nameBytes, signedLeb128 } from '../binary-writer.ts';
import { OPCODE } from '../immediates.ts';
import type { ModuleShape } from '../module-shape.ts';
import { GLOBALS_IMPORT, HOST_MODULE, MEMORY_IMPORT } from '../names.ts';
import { ADDED_TYPE, type Additions } from './additions.ts';
import { TYPE } from './code-builder.ts';

const KIND = { function: 0x60, memoryImport: 2, nullable: 0x63, mutable: 1 } as const;
const NO_MAXIMUM = 0;

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
  const globals = memoryImport(GLOBALS_IMPORT, 1);
  if (memory === undefined || memory.imported) return [globals];
  return [memoryImport(MEMORY_IMPORT, memory.type.minPages), globals];
}

/**
 * Only the minimum that the guest declared: V8 leaves out the check of an access that it knows to be inside it, while
 * pages above may be out of reach.
 */
export function unboundedMemory(minPages: number): Uint8Array {
  return Uint8Array.from([NO_MAXIMUM, ...leb128(minPages)]);
}

function memoryImport(name: string, minPages: number): Uint8Array {
  const names = [...nameBytes(HOST_MODULE), ...nameBytes(name)];
  return concat([...names, Uint8Array.of(KIND.memoryImport), unboundedMemory(minPages)]);
}

/** The added i32 globals, then the one that refers to the host's function that grows the memory. */
export function addedGlobals(added: Additions): Uint8Array[] {
  const numbers = added.globals.map((initial) =>
    Uint8Array.from([TYPE.i32, KIND.mutable, OPCODE.i32Const, ...signedLeb128(initial), OPCODE.end]),
  );
  const type = signedLeb128(added.type(ADDED_TYPE.grower));
  const grower = [KIND.nullable, ...type, KIND.mutable, OPCODE.refNull, ...type, OPCODE.end];
  return [...numbers, Uint8Array.from(grower)];
}
