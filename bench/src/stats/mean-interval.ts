import { mean, standardDeviation } from './moments.ts';
import { studentQuantile95 } from './student.ts';

/** A mean with its 95 % confidence interval. */
export interface MeanInterval {
  readonly mean: number;
  readonly interval: readonly [low: number, high: number];
  readonly rounds: number;
}

/** Mean of one figure a round, with the interval of Student's t. Needs at least 2 rounds. */
export function meanInterval(figures: readonly number[]): MeanInterval {
  if (figures.length < 2)
    throw new RangeError(`An interval needs at least 2 rounds, received ${figures.length}`);
  const centre = mean(figures);
  const half =
    (studentQuantile95(figures.length - 1) * standardDeviation(figures)) / Math.sqrt(figures.length);
  return { mean: centre, interval: [centre - half, centre + half], rounds: figures.length };
}

/** The quantile `share` (0 to 1) of figures, the nearest one below. */
export function quantile(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
