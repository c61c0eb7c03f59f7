import { letCall, type CallersLoad } from '../generator/callers.ts';
import type { Cores } from '../machine/cores.ts';
import { cpuSeconds } from '../machine/process-tree.ts';
import { makeBar, makeFigureBar, type Bar } from '../report/bar.ts';
import { meanInterval, quantile } from '../stats/mean-interval.ts';
import { geometricMean } from '../stats/moments.ts';
import { pairedRatio } from '../stats/paired-ratio.ts';
import { startSpinners, uploadSpinner } from '../subjects/spinners.ts';
import type { RunningStandalone } from '../subjects/standalone.ts';
import type { Bench, BenchOptions } from './bench.ts';
import { rotate } from './compare-servers.ts';
import { withStandalone } from './with-standalone.ts';

/** What spins beside the short calls, which are the user `demo`'s. */
const NEIGHBOURS = {
  none: [],
  'other-user': ['user-1/spin'],
  'same-user': ['demo/spin'],
  '8-users': Array.from({ length: 8 }, (_, i) => `user-${i + 1}/spin`),
  'same-user-8-times': Array.from({ length: 8 }, () => 'demo/spin'),
} as const satisfies Record<string, readonly string[]>;

type Neighbour = keyof typeof NEIGHBOURS;

const NAMES = Object.keys(NEIGHBOURS) as Neighbour[];

/** What a spinning neighbour may add to the median of short calls, in milliseconds. */
const ADDED_MS_MAX = 1.5;

const WARM_UP_SECONDS = 3;

/** One short call at a time, at moments that have nothing to do with the executor's clock. */
const SHORT_CALLS = {
  body: 'Short calls beside a neighbour that spins',
  leadSeconds: 0,
  timeoutMs: 10_000,
  arrivals: { type: 'closed', callers: 1, pausesMs: [1, 5] },
} as const satisfies Omit<CallersLoad, 'url' | 'seconds'>;

/** Short calls beside one neighbour: latencies in milliseconds, and how busy the server was, in cores. */
interface Phase {
  readonly p50: number;
  readonly p99: number;
  readonly calls: number;
  readonly busyCores: number;
}

/** Of a server whose guests spin, even where other programs take its core half of the time; alone it uses 0.1. */
const SPINNING_CORES_MIN = 0.3;

type Round = Readonly<Record<Neighbour, Phase>>;

/** What guests that spin cost others on the same thread. */
export const neighbour: Bench = {
  name: 'neighbour',
  summary: 'what guests that spin add to the latency of short calls of demo/echo on the same executor thread',
  async run(options) {
    return await withStandalone({ THREADS_PER_WORKER: '1' }, async (server, cores) => {
      for (const name of new Set(Object.values(NEIGHBOURS).flat())) await uploadSpinner(server, name);
      const measure = async (seconds: number): Promise<Phase> =>
        await measureShortCalls(server, { load: { ...SHORT_CALLS, url: server.url, seconds }, cores });
      await measure(WARM_UP_SECONDS);
      const rounds = await measureRounds(server, measure, options);
      const bars = NAMES.filter((name) => name !== 'none').flatMap((name) => neighbourBars(name, rounds));
      const setting =
        `standalone server with one executor thread on core ${cores.server.join(', ')}, one caller on core ` +
        `${cores.generator.join(', ')} that pauses 1 to 5 ms between calls; ` +
        `${options.rounds} rounds of ${options.seconds} s with each neighbour, interleaved`;
      return { bars, raw: rounds, setting };
    });
  },
};

async function measureRounds(
  server: RunningStandalone,
  measure: (seconds: number) => Promise<Phase>,
  { rounds, seconds, progress }: BenchOptions,
): Promise<Round[]> {
  const measured: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    const phases: Partial<Record<Neighbour, Phase>> = {};
    for (const name of rotate(NAMES, round)) {
      const spinners = await startSpinners(server, NEIGHBOURS[name]);
      const phase = await measure(seconds);
      await spinners.stop();
      if (name !== 'none' && phase.busyCores < SPINNING_CORES_MIN)
        throw new Error(`Beside ${name} the server used ${phase.busyCores} cores: the guests do not spin`);
      phases[name] = phase;
    }
    measured.push(phases as Round);
    const figures = NAMES.map((name) => `${name} ${phases[name]?.p50.toFixed(2)}`);
    progress(`round ${round + 1} of ${rounds}, p50 in ms: ${figures.join(', ')}`);
  }
  return measured;
}

async function measureShortCalls(
  { pids }: RunningStandalone,
  { load, cores }: { readonly load: CallersLoad; readonly cores: Cores },
): Promise<Phase> {
  const [usedBefore, from] = [cpuSeconds(pids), performance.now()];
  const { statuses, latenciesMs } = await letCall(load, cores.generator);
  const busyCores = (cpuSeconds(pids) - usedBefore) / ((performance.now() - from) / 1_000);
  const failed = Object.keys(statuses).filter((status) => status !== '200');
  if (failed.length > 0) throw new Error(`Short calls failed: ${JSON.stringify(statuses)}`);
  return {
    p50: quantile(latenciesMs, 0.5),
    p99: quantile(latenciesMs, 0.99),
    calls: latenciesMs.length,
    busyCores,
  };
}

function neighbourBars(name: Neighbour, rounds: readonly Round[]): Bar[] {
  return [
    makeFigureBar({
      bar: `neighbour/${name}/added-to-p50`,
      figure: meanInterval(rounds.map((round) => round[name].p50 - round.none.p50)),
      unit: 'ms',
      ceiling: ADDED_MS_MAX,
    }),
    makeBar({
      bar: `neighbour/${name}/p99`,
      ratio: pairedRatio(rounds.map((round) => ({ value: round[name].p99, reference: round.none.p99 }))),
      unit: 'of ms without a neighbour',
      reference: { name: 'none', value: geometricMean(rounds.map(({ none }) => none.p99)), unit: 'ms' },
      measured: { value: geometricMean(rounds.map((round) => round[name].p99)), unit: 'ms' },
    }),
  ];
}
