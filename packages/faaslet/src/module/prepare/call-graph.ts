import type { BinaryReader } from '../binary-reader.ts';
import { OPCODE, skipType } from '../immediates.ts';
import { skipInstruction } from '../instructions.ts';

/** What a function calls. */
interface CallingFunction {
  /** Size of its body. */
  readonly bytes: number;
  /** Own functions that it calls directly, by their place in the code section, once for each call. */
  readonly callees: readonly number[];
  /** Whether it calls through a table or a reference, so that it may call anything. */
  readonly callsIndirectly: boolean;
  readonly hasLoop: boolean;
}

/** Who calls whom in a module; tail calls count as calls. */
export interface CallGraph {
  readonly importedFunctions: number;
  /** Own functions, in the order of the code section. */
  readonly functions: readonly CallingFunction[];
}

const INDIRECT_CALLS: ReadonlySet<number> = new Set([
  OPCODE.callIndirect,
  OPCODE.returnCallIndirect,
  OPCODE.callRef,
  OPCODE.returnCallRef,
]);

/** Reads the call graph out of a code section. Throws `MalformedModuleError` for what is not known. */
export function readCallGraph(reader: BinaryReader, importedFunctions: number): CallGraph {
  const functions = Array.from({ length: reader.u32() }, () => readFunction(reader, importedFunctions));
  return { importedFunctions, functions };
}

function readFunction(reader: BinaryReader, importedFunctions: number): CallingFunction {
  const bytes = reader.u32();
  const end = reader.offset + bytes;
  for (let left = reader.u32(); left > 0; left--) {
    reader.skipIntegers(1);
    skipType(reader);
  }
  const callees: number[] = [];
  let [callsIndirectly, hasLoop] = [false, false];
  while (reader.offset < end) {
    const opcode = reader.u8();
    if (opcode === OPCODE.call || opcode === OPCODE.returnCall) {
      const callee = reader.u32() - importedFunctions;
      if (callee >= 0) callees.push(callee);
      continue;
    }
    callsIndirectly ||= INDIRECT_CALLS.has(opcode);
    hasLoop ||= opcode === OPCODE.loop;
    skipInstruction(reader, opcode);
  }
  return { bytes, callees, callsIndirectly, hasLoop };
}
