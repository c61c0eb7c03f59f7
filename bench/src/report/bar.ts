import type { MeanInterval } from '../stats/mean-interval.ts';
import type { PairedRatio } from '../stats/paired-ratio.ts';

/** A figure with its unit. */
interface Figure {
  readonly value: number;
  readonly unit: string;
}

/** What a bar asks for: `floor` and `ceiling` gate, `aim` only says where it should go. All are ratios. */
export interface Demand {
  readonly floor?: number;
  readonly ceiling?: number;
  readonly aim?: number;
}

/** One line of a benchmark's report. */
export interface Bar extends Demand {
  readonly bar: string;
  /** The measured figure over the reference's, or by itself where the reference is a ceiling. */
  readonly value: number;
  /** Of what `value` is a ratio. */
  readonly unit: string;
  readonly reference: Figure & { readonly name: string };
  readonly measured: Figure;
  /** Whether the whole interval is on the right side of floor and ceiling; absent if it has neither. */
  readonly ok?: boolean;
  /** The 95 % confidence interval of `value`. */
  readonly interval: readonly [low: number, high: number];
  /** Number of rounds. */
  readonly samples: number;
}

/** What a bar is made from. */
export interface BarInput {
  readonly bar: string;
  readonly ratio: PairedRatio;
  readonly unit: string;
  readonly reference: Figure & { readonly name: string };
  readonly measured: Figure;
  readonly demand?: Demand;
}

/** Makes a bar, and judges it where it has a floor or a ceiling. */
export function makeBar({ bar, ratio, unit, reference, measured, demand = {} }: BarInput): Bar {
  const { floor, ceiling } = demand;
  const [low, high] = ratio.interval;
  const judged = floor !== undefined || ceiling !== undefined;
  const ok = low >= (floor ?? 0) && high <= (ceiling ?? Number.POSITIVE_INFINITY);
  return {
    bar,
    value: ratio.ratio,
    unit,
    reference,
    measured,
    ...demand,
    ...(judged ? { ok } : {}),
    interval: ratio.interval,
    samples: ratio.rounds,
  };
}

/** A figure that is held against a fixed ceiling, and has no other reference. */
export interface FigureBarInput {
  readonly bar: string;
  readonly figure: MeanInterval;
  readonly unit: string;
  readonly ceiling: number;
}

/** Makes a bar of a figure by itself: its `value` is the mean, in its unit. */
export function makeFigureBar({ bar, figure, unit, ceiling }: FigureBarInput): Bar {
  return {
    bar,
    value: figure.mean,
    unit,
    reference: { name: 'ceiling', value: ceiling, unit },
    measured: { value: figure.mean, unit },
    ceiling,
    ok: figure.interval[1] <= ceiling,
    interval: figure.interval,
    samples: figure.rounds,
  };
}

/** Digits that are kept of a figure: more than any of them is good for. */
const DIGITS = 4;

/** The bar as one line of JSON, figures rounded to four digits. */
export function formatBar(bar: Bar): string {
  return JSON.stringify(bar, (_key, value: unknown) => (typeof value === 'number' ? round(value) : value));
}

/** A figure with four digits at most. */
export function round(figure: number): number {
  return Number(figure.toPrecision(DIGITS));
}
