import type { CallGraph } from './call-graph.ts';
import { cutCycles } from './cycles.ts';
import { isInnermostLeaf, type FunctionFacts, type LoopFacts } from './loop-scanner.ts';

/**
 * Code that may run between two checks, in bytes of instructions: some milliseconds at most. What calls more than this
 * without a check, by any path, checks before each of its calls.
 */
const UNCHECKED_BYTES_MAX = 4 * 1024 * 1024;

/** A function that can run more than this without a check has one at its entry, so that few come to the bound above. */
const UNCHECKED_FUNCTION_BYTES_MAX = 2 * 1024 * 1024;

/** All iterations between two checks of a loop that calls nothing and has no loop inside. */
const UNCHECKED_INNERMOST_LOOP_BYTES_MAX = 32 * 1024;

/** A loop's counter is decremented before its first iteration ends, so that 1 would never end. */
const INTERVAL_MIN = 2;

/** A function is worth optimising ahead when it has so much code in loops that call nothing, in bytes, for each of its calls. */
const HOT_LOOP_BYTES_A_CALL = 32;

/** Where checks go, so that the code between two of them is bounded whatever a guest does. */
export interface CheckPlan {
  /** Whether the function checks when it is entered: only those that could run for ever without. */
  readonly atEntry: (functionIndex: number) => boolean;
  /** Whether the function checks before each of its calls. */
  readonly beforeCalls: (functionIndex: number) => boolean;
  /** Whether the function fills or copies memory of a size that is a constant. */
  readonly hasFixedRanges: (functionIndex: number) => boolean;
  /** The loops of the function, in the order in which they begin. */
  readonly loops: (functionIndex: number) => readonly LoopFacts[];
  /** Whether innermost loops that call nothing do not check when they begin: mostly they end soon. */
  readonly innermostLoopsCheckLate: (functionIndex: number) => boolean;
  /** Iterations between two checks of a loop that calls nothing. */
  readonly interval: (loop: LoopFacts) => number;
  /** Functions that are worth optimising before they are called, by index. */
  readonly hotFunctions: readonly number[];
}

/**
 * Plans the checks of a module. A cycle of calls either consists of direct calls, and is cut by a function that checks at
 * its entry, or has an indirect call: each of those is preceded by a check. What is left has no cycle, but can still
 * double at each level: weights add up what a call can run at most, callees first, up to the functions that check at
 * their entry; where calls together pass the bound, each is preceded by a check.
 */
export function planChecks(graph: CallGraph, intervalMax: number): CheckPlan {
  const { order, cuts: atEntry } = cutCycles(graph);
  const { functions } = graph;
  const interval = (loop: LoopFacts): number =>
    Math.max(INTERVAL_MIN, Math.min(intervalMax, fittingIterations(loop)));
  const loopBytes = ({ loops }: FunctionFacts): number =>
    loops.filter(isInnermostLeaf).reduce((sum, loop) => sum + loop.bytes * interval(loop), 0);
  const weights = new Float64Array(functions.length);
  const [heavy, late] = [new Set<number>(), new Set<number>()];
  for (const own of order) {
    const facts = functions[own];
    if (facts === undefined) continue;
    const called = facts.callees.reduce((sum, callee) => sum + (weights[callee] ?? 0), 0);
    const unchecked = facts.bytes + loopBytes(facts);
    const isLate = unchecked <= UNCHECKED_FUNCTION_BYTES_MAX;
    if (isLate) late.add(own);
    if (called > UNCHECKED_BYTES_MAX) heavy.add(own);
    const weight = called + (isLate ? unchecked : facts.bytes);
    if (weight > UNCHECKED_FUNCTION_BYTES_MAX) atEntry[own] = 1;
    weights[own] = atEntry[own] === 1 ? 0 : weight;
  }
  const ownIndex = (functionIndex: number): number => functionIndex - graph.importedFunctions;
  return {
    atEntry: (functionIndex) => atEntry[ownIndex(functionIndex)] === 1,
    beforeCalls: (functionIndex) => heavy.has(ownIndex(functionIndex)),
    hasFixedRanges: (functionIndex) => functions[ownIndex(functionIndex)]?.hasFixedRanges === true,
    loops: (functionIndex) => functions[ownIndex(functionIndex)]?.loops ?? [],
    innermostLoopsCheckLate: (functionIndex) => late.has(ownIndex(functionIndex)),
    interval,
    hotFunctions: functions.flatMap((facts, own) => (isHot(facts) ? [own + graph.importedFunctions] : [])),
  };
}

/** As many as stay within the bounds, those of loops inside included. */
function fittingIterations(loop: LoopFacts): number {
  const { bytes, innermostLoops } = loop;
  if (isInnermostLeaf(loop)) return Math.floor(UNCHECKED_INNERMOST_LOOP_BYTES_MAX / bytes);
  const inside = innermostLoops * UNCHECKED_INNERMOST_LOOP_BYTES_MAX;
  return Math.floor(UNCHECKED_BYTES_MAX / (INTERVAL_MIN * bytes + inside));
}

/**
 * A function that runs is never replaced, so what loops in it would be slow to its end. What mostly calls is better left to
 * V8: it optimises what is called often, and by then knows which calls to inline.
 */
function isHot({ inlinableCalls, leafLoopBytes }: FunctionFacts): boolean {
  return leafLoopBytes > HOT_LOOP_BYTES_A_CALL * inlinableCalls;
}
