import type { CallGraph } from './call-graph.ts';
import { functionsInCycles } from './cycles.ts';

/**
 * Code that may run between two checks, in bytes of instructions: some milliseconds at most. What calls more than this
 * without a check, by any path, checks before each of its calls.
 */
const UNCHECKED_BYTES_MAX = 1024 * 1024;

/** A function that can run more than this without a check has one at its entry, so that few come to the bound above. */
const UNCHECKED_FUNCTION_BYTES_MAX = 64 * 1024;

/** As above, over all iterations of a loop between two checks. */
const UNCHECKED_LOOP_BYTES_MAX = 4 * UNCHECKED_BYTES_MAX;

/** A loop's counter is decremented before its first iteration ends, so that 1 would never end. */
const INTERVAL_MIN = 2;

/** Where checks go, so that the code between two of them is bounded whatever a guest does. */
export interface CheckPlan {
  /** Whether the function checks when it is entered: only those that could run for ever without. */
  readonly atEntry: (functionIndex: number) => boolean;
  /** Whether the function checks before each of its calls. */
  readonly beforeCalls: (functionIndex: number) => boolean;
  /** Bytes of code that a call of the function can run without a check. */
  readonly weight: (functionIndex: number) => number;
  /** Functions with a loop, and those on cycles, by index. */
  readonly hotFunctions: readonly number[];
  /** Iterations between two checks of a loop whose body weighs so many bytes, its calls included. */
  readonly interval: (bodyBytes: number) => number;
}

/**
 * Plans the checks of a module. A cycle of calls either consists of direct calls, or passes a function that calls
 * indirectly: both check at their entry. What is left has no cycle, but can still double at each level: weights add up
 * what a call can run at most, callees first, up to the functions that check at their entry; where calls together pass
 * the bound, each is preceded by a check.
 */
export function planChecks(graph: CallGraph, intervalMax: number): CheckPlan {
  const { order, inCycle } = functionsInCycles(graph);
  const weights = new Float64Array(graph.functions.length);
  const atEntry = Uint8Array.from(graph.functions, ({ callsIndirectly }, own) =>
    callsIndirectly || inCycle[own] === 1 ? 1 : 0,
  );
  const heavy = new Set<number>();
  for (const own of order) {
    const { bytes, callees } = graph.functions[own] ?? { bytes: 0, callees: [] };
    const called = callees.reduce((sum, callee) => sum + (weights[callee] ?? 0), 0);
    if (called > UNCHECKED_BYTES_MAX) heavy.add(own);
    if (called + bytes > UNCHECKED_FUNCTION_BYTES_MAX) atEntry[own] = 1;
    weights[own] = atEntry[own] === 1 ? 0 : bytes + called;
  }
  const ownIndex = (functionIndex: number): number => functionIndex - graph.importedFunctions;
  return {
    atEntry: (functionIndex) => atEntry[ownIndex(functionIndex)] === 1,
    beforeCalls: (functionIndex) => heavy.has(ownIndex(functionIndex)),
    weight: (functionIndex) => weights[ownIndex(functionIndex)] ?? 0,
    hotFunctions: graph.functions.flatMap(({ hasLoop }, own) =>
      hasLoop || inCycle[own] === 1 ? [own + graph.importedFunctions] : [],
    ),
    interval: (bodyBytes) =>
      Math.max(INTERVAL_MIN, Math.min(intervalMax, Math.floor(UNCHECKED_LOOP_BYTES_MAX / bodyBytes))),
  };
}
