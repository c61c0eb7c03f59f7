import type { BinaryReader } from '../binary-reader.ts';
import { LoopScanner, type FunctionFacts } from './loop-scanner.ts';

/** Who calls whom in a module; tail calls count as calls. */
export interface CallGraph {
  readonly importedFunctions: number;
  /** Own functions, in the order of the code section. */
  readonly functions: readonly FunctionFacts[];
}

/** Reads the call graph out of a code section. Throws `MalformedModuleError` for what is not known. */
export function readCallGraph(reader: BinaryReader, importedFunctions: number): CallGraph {
  const scanner = new LoopScanner(importedFunctions);
  return {
    importedFunctions,
    functions: Array.from({ length: reader.u32() }, () => scanner.read(reader)),
  };
}
