import { Histogram } from 'prom-client';

/** What a {@link TalliedHistogram} is made of. */
export interface TalliedHistogramOptions<T extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly T[];
  /** Upper bounds, rising. */
  readonly buckets: readonly number[];
}

/** The observations with one combination of label values. */
export class Series {
  /** Observations up to the bound with the same index and above the one before; those above all bounds come last. */
  readonly counts: number[];
  sum = 0;
  readonly #bounds: readonly number[];

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  observe(value: number): void {
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && value > (bounds[bucket] ?? 0)) bucket += 1;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.sum += value;
  }
}

/** A value as prom-client writes it: one line of text. */
interface Sample {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly sharedLabels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/**
 * A histogram for what happens at every call. prom-client's own checks, sorts and joins the labels at each observation;
 * whoever observes here keeps its series, and samples are made of it when metrics are read.
 */
export class TalliedHistogram<T extends string> extends Histogram<T> {
  readonly #options: TalliedHistogramOptions<T>;
  readonly #series: { readonly labels: Readonly<Record<T, string | number>>; readonly series: Series }[] = [];

  constructor(options: TalliedHistogramOptions<T>) {
    super({ ...options, labelNames: [...options.labelNames], buckets: [...options.buckets], registers: [] });
    this.#options = options;
  }

  /** A new series; ask once for each combination of label values. */
  series(labels: Readonly<Record<T, string | number>>): Series {
    const series = new Series(this.#options.buckets);
    this.#series.push({ labels, series });
    return series;
  }

  /** What prom-client reads a histogram with, for text as well as for JSON. */
  async getForPromString(): Promise<object> {
    const { name, help } = this.#options;
    const values = this.#series.flatMap(({ labels, series }) => this.#samples(labels, series));
    return await Promise.resolve({ name, help, type: 'histogram', aggregator: 'sum', values });
  }

  #samples(sharedLabels: Sample['labels'], { counts, sum }: Series): Sample[] {
    const { name, buckets } = this.#options;
    let count = 0;
    const cumulative = counts.map((inBucket, index): Sample => {
      count += inBucket;
      return {
        metricName: `${name}_bucket`,
        labels: { le: buckets[index] ?? '+Inf' },
        sharedLabels,
        value: count,
      };
    });
    return [
      ...cumulative,
      { metricName: `${name}_sum`, labels: {}, sharedLabels, value: sum },
      { metricName: `${name}_count`, labels: {}, sharedLabels, value: count },
    ];
  }
}
