import { CODE, type Code } from './code-builder.ts';
import { isInnermostLeaf, type LoopFacts } from './loop-scanner.ts';
import { unlikelyBranch, type Part, type UnlikelyBranch } from './parts.ts';
import type { Countdown } from './recent-instructions.ts';

/** How a loop is rewritten. */
export interface LoopForm {
  /** What stands in for its opcode and block type. */
  readonly opening: readonly Part[];
  /** Whether it became two loops, one in the other. */
  readonly isDoubled: boolean;
  /** What stands in for the branch back to its beginning, whose label is now `label`; undefined when it stays. */
  readonly back: ((label: number) => readonly Part[]) | undefined;
}

interface LoopParts {
  readonly blockType: Uint8Array;
  readonly check: UnlikelyBranch;
  /** Index of a local i32 that no loop around it uses. */
  readonly local: number;
  /** Iterations between two checks. */
  readonly interval: number;
  /** Whether an innermost loop may leave out the check when it begins. */
  readonly mayCheckLate: boolean;
}

type LeafLoopParts = Omit<LoopParts, 'mayCheckLate'> & { readonly isLate: boolean };

/**
 * The form of a loop. Those that call nothing check once in so many iterations, and also when they begin, unless they are
 * innermost ones: they mostly end soon.
 */
export function loopForm(facts: LoopFacts, parts: LoopParts): LoopForm {
  if (facts.calls) return callingLoop(parts);
  const { countdown } = facts;
  const isLate = parts.mayCheckLate && isInnermostLeaf(facts);
  return countdown === undefined
    ? leafLoop({ ...parts, isLate })
    : countedLoop(countdown, { ...parts, isLate });
}

/**
 * A loop that calls checks each time: beside its calls that costs little, and less than a counter, which such large loops
 * have no register for.
 */
function callingLoop({ blockType, check }: LoopParts): LoopForm {
  return { opening: [Uint8Array.from(CODE.loop), blockType, check], isDoubled: false, back: undefined };
}

/** A loop that calls nothing: an outer one refills the counter and checks, so that the inner one is small. */
function leafLoop({ blockType, check, local, interval, isLate }: LeafLoopParts): LoopForm {
  const refill = [...CODE.i32(interval), ...CODE.localSet(local), ...CODE.loop];
  const opening = [
    Uint8Array.from(CODE.loop),
    blockType,
    ...(isLate ? [] : [check]),
    Uint8Array.from(refill),
    blockType,
    ...again(countDown(local), { label: 1, check, isLate }),
  ];
  return { opening, isDoubled: true, back: undefined };
}

/** Where a condition holds: to the loop at `label`, with a check on the way where that one does not begin with it. */
function again(
  condition: Code,
  { label, check, isLate }: { label: number; check: UnlikelyBranch; isLate: boolean },
): Part[] {
  if (!isLate) return [unlikelyBranch(condition, CODE.brIf(label))];
  return [unlikelyBranch(condition, CODE.if), check, Uint8Array.from([...CODE.br(label + 1), ...CODE.end])];
}

/** Takes one off, and leaves whether nothing is left. */
function countDown(local: number): Code {
  return [...CODE.localGet(local), ...CODE.i32(1), ...CODE.i32Sub, ...CODE.localTee(local), ...CODE.i32Eqz];
}

/**
 * A leaf loop that counts by itself: the inner one ends where the variable meets a limit, which the outer one sets to the
 * end or, if that is farther than an interval, on the way there. So an iteration costs nothing.
 */
function countedLoop(countdown: Countdown, parts: LeafLoopParts): LoopForm {
  const { blockType, check, isLate, local: limit } = parts;
  const { local } = countdown;
  const end = endCode(countdown);
  return {
    opening: [
      Uint8Array.from(CODE.loop),
      blockType,
      ...(isLate ? [] : [check]),
      Uint8Array.from([...limitCode(countdown, parts.interval), ...CODE.localSet(limit), ...CODE.loop]),
      blockType,
    ],
    isDoubled: true,
    back: (label) => [
      Uint8Array.from([
        ...CODE.drop,
        ...CODE.localGet(local),
        ...CODE.localGet(limit),
        ...CODE.i32Ne,
        ...CODE.brIf(label),
      ]),
      ...again([...CODE.localGet(local), ...end, ...CODE.i32Ne], { label: label + 1, check, isLate }),
    ],
  };
}

function endCode({ end }: Countdown): Code {
  return 'constant' in end ? CODE.i32(end.constant) : CODE.localGet(end.local);
}

/**
 * Where the inner loop ends: at the end when steps lead there exactly and within the interval. Unsigned and modulo
 * 2 ** 32, as the variable moves; when it is at the end already, that is 2 ** 32 steps away.
 */
function limitCode(countdown: Countdown, interval: number): Code {
  const { local, step } = countdown;
  const end = endCode(countdown);
  const size = Math.abs(step);
  const here = CODE.localGet(local);
  const distance = [...(step > 0 ? [...end, ...here] : [...here, ...end]), ...CODE.i32Sub];
  const isNear = [...distance, ...CODE.i32(1), ...CODE.i32Sub, ...CODE.i32(interval * size), ...CODE.i32LtU];
  const isMet = [...distance, ...CODE.i32(size), ...CODE.i32RemU, ...CODE.i32Eqz, ...CODE.i32And];
  return [
    ...end,
    ...here,
    ...CODE.i32(interval * step),
    ...CODE.i32Add,
    ...isNear,
    ...(size === 1 ? [] : isMet),
    ...CODE.select,
  ];
}
