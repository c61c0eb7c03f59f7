import type { Bar } from '../report/bar.ts';

/** How much to measure. */
export interface BenchOptions {
  /** How often each subject is measured; at least 2. */
  readonly rounds: number;
  /** How long each of these measurements takes, in seconds. */
  readonly seconds: number;
  /** Takes one line about what is going on. */
  readonly progress: (line: string) => void;
}

/** What a benchmark found. */
interface BenchReport {
  readonly bars: readonly Bar[];
  /** Everything that was measured, to be kept as JSON. */
  readonly raw: unknown;
  /** Cores of the servers and of the generator, in words. */
  readonly setting: string;
}

/** A benchmark. */
export interface Bench {
  /** What it is called by on the command line: lower case letters, digits and `-`. */
  readonly name: string;
  /** One sentence, without a full stop. */
  readonly summary: string;
  run(options: BenchOptions): Promise<BenchReport>;
}
