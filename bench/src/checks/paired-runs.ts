import { threadTimeMs } from '../machine/thread-time.ts';
import type { Pair } from '../stats/paired-ratio.ts';

/** One run: what came out, and how much CPU time its thread took, in milliseconds. */
interface TimedRun {
  readonly sum: number;
  readonly ms: number;
}

/** Runs something once. */
export type Runner = () => TimedRun | Promise<TimedRun>;

/** How often each variant runs in a round. An odd number, so that there is one in the middle. */
const REPEATS = 3;

/** Runs a function that returns its checksum, and takes its time. */
export function timed(run: () => number): Runner {
  return () => {
    const from = threadTimeMs();
    const sum = run();
    return { sum, ms: threadTimeMs() - from };
  };
}

/**
 * One round: each variant between two runs of `base`, whose mean is its reference, and of several such pairs the one
 * with the middle ratio: the speed of some machines jumps, and a jump within a pair must not count. Rejects if any result
 * differs from the base's.
 */
export async function pairedRound(
  base: Runner,
  variants: ReadonlyMap<string, Runner>,
): Promise<ReadonlyMap<string, Pair>> {
  const pairs = new Map<string, Pair[]>([...variants.keys()].map((name) => [name, []]));
  let before = await base();
  for (let i = 0; i < REPEATS; i++) {
    for (const [name, variant] of variants) {
      const run = await variant();
      const after = await base();
      for (const { sum } of [run, after]) {
        if (sum !== before.sum) throw new Error(`${name} computed ${sum}, not ${before.sum}`);
      }
      pairs.get(name)?.push({ value: run.ms, reference: (before.ms + after.ms) / 2 });
      before = after;
    }
  }
  return new Map([...pairs].map(([name, all]) => [name, middlePair(all)]));
}

/** The pair with the middle ratio. */
export function middlePair(pairs: readonly Pair[]): Pair {
  const sorted = pairs.toSorted((a, b) => a.value / a.reference - b.value / b.reference);
  return sorted[Math.floor(sorted.length / 2)] ?? { value: Number.NaN, reference: Number.NaN };
}
