import { geometricMean, mean, standardDeviation } from './moments.ts';
import { studentQuantile95 } from './student.ts';

/** How much larger one figure is than another, from rounds in which both were measured one after the other. */
export interface PairedRatio {
  /** Geometric mean of the rounds' ratios. */
  readonly ratio: number;
  /** The 95 % confidence interval of `ratio`, from Student's t on the logarithms of the rounds' ratios. */
  readonly interval: readonly [low: number, high: number];
  readonly rounds: number;
}

/** One round: the figure in question and the figure that it is compared with. Both are greater than 0. */
export interface Pair {
  readonly value: number;
  readonly reference: number;
}

/**
 * Compares two figures over paired rounds. Pairing takes out whatever slows a whole round down, and logarithms make
 * "twice" and "half" equally far from 1. Throws a `RangeError` for fewer than 2 rounds or a figure that is not
 * greater than 0.
 */
export function pairedRatio(pairs: readonly Pair[]): PairedRatio {
  if (pairs.length < 2) throw new RangeError(`A ratio needs at least 2 rounds, received ${pairs.length}`);
  const logarithms = pairs.map((pair, round) => {
    requirePositive(pair.value, round);
    requirePositive(pair.reference, round);
    return Math.log(pair.value / pair.reference);
  });
  const centre = mean(logarithms);
  const error = standardDeviation(logarithms) / Math.sqrt(pairs.length);
  const reach = studentQuantile95(pairs.length - 1) * error;
  return {
    ratio: geometricMean(pairs.map(({ value, reference }) => value / reference)),
    interval: [Math.exp(centre - reach), Math.exp(centre + reach)],
    rounds: pairs.length,
  };
}

function requirePositive(figure: number, round: number): void {
  if (Number.isFinite(figure) && figure > 0) return;
  throw new RangeError(`A figure must be finite and greater than 0, received ${figure} in round ${round}`);
}
