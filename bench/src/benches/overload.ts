import { burningModule } from '../engine/burning-module.ts';
import { letCall, type CallersLoad, type CallersSaw } from '../generator/callers.ts';
import type { Cores } from '../machine/cores.ts';
import { withResidentMib } from '../machine/process-memory.ts';
import { makeBar, type Bar, type Demand } from '../report/bar.ts';
import { quantile } from '../stats/mean-interval.ts';
import { geometricMean } from '../stats/moments.ts';
import { pairedRatio } from '../stats/paired-ratio.ts';
import { requireOk } from '../subjects/server-process.ts';
import type { RunningStandalone } from '../subjects/standalone.ts';
import type { Bench, BenchOptions } from './bench.ts';
import { withStandalone } from './with-standalone.ts';

/** CPU time of the function that is called, about, in milliseconds. */
const RUN_MS = 20;

/** How many times the peak is asked for. */
const OVERLOAD = 10;

/** Callers that wait for answers: enough to keep the server busy, and so few that all are in time. */
const PEAK_CALLERS = 8;

/** Before answers are counted, in seconds: until the queue is as long as calls of any deadline let it become. */
const LEAD_SECONDS = 2;

/** Deadlines of the calls, in milliseconds, and what is asked for with each. */
const DEADLINES: readonly { readonly timeoutMs: number; readonly demand: Demand }[] = [
  { timeoutMs: 1_000, demand: { floor: 0.8 } },
  { timeoutMs: 300, demand: {} },
];

/** The last third of all overloads may have so much more memory in use than the second one. */
const GROWTH_MAX = 1.1;

const MEMORY_EVERY_MS = 50;

/** What no answer at all counts as: ratios need figures above 0. */
const NO_ANSWERS = 0.5;

const FUNCTION = 'bench/burn';

/** Some seconds of one load. */
interface Phase {
  /** Answers with status 200 before their deadline, per second. */
  readonly goodput: number;
  readonly statuses: CallersSaw['statuses'];
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the server, from beginning to end. */
  readonly residentMib: readonly number[];
}

interface Round {
  readonly peak: Phase;
  /** By deadline, as in {@link DEADLINES}. */
  readonly overloads: readonly Phase[];
}

/** What is left of a server's goodput when far too much is asked of it. */
export const overload: Bench = {
  name: 'overload',
  summary: `answers in time when a function of ${RUN_MS} ms is called ${OVERLOAD} times as often as can be, against as often as can be`,
  async run(options) {
    return await withStandalone({}, async (server, cores) => {
      const turns = await calibrate(server);
      const measure = phases(server, cores);
      // V8 compiles, and memory grows to what an overload takes.
      await measureRound(measure, options);
      const rounds: Round[] = [];
      while (rounds.length < options.rounds) {
        const round = await measureRound(measure, options);
        rounds.push(round);
        options.progress(`round ${rounds.length} of ${options.rounds}: ${inWords(round)}`);
      }
      const bars = [...DEADLINES.map((_, index) => goodputBar(index, rounds)), memoryBar(rounds)];
      return { bars, raw: { turns, rounds }, setting: describeSetting(cores, options) };
    });
  },
};

const PEAK_TIMEOUT_MS = 10_000;
const CLOSED: CallersLoad['arrivals'] = { type: 'closed', callers: PEAK_CALLERS, pausesMs: [0, 0] };

type MeasurePhase = (load: Pick<CallersLoad, 'arrivals' | 'timeoutMs' | 'seconds'>) => Promise<Phase>;

function phases({ origin, pids }: RunningStandalone, { generator }: Cores): MeasurePhase {
  return async (given) => {
    const load = { ...given, url: `${origin}/f/${FUNCTION}`, body: '', leadSeconds: LEAD_SECONDS };
    const work = async (): Promise<CallersSaw> => await letCall(load, generator);
    const { result, mib } = await withResidentMib({ pids, everyMs: MEMORY_EVERY_MS }, work);
    const { statuses, latenciesMs } = result;
    return {
      goodput: Math.max(latenciesMs.length, NO_ANSWERS) / load.seconds,
      statuses,
      p50Ms: quantile(latenciesMs, 0.5),
      p99Ms: quantile(latenciesMs, 0.99),
      residentMib: mib,
    };
  };
}

/** The overloads ask for more than the peak just before them. */
async function measureRound(measure: MeasurePhase, { seconds }: BenchOptions): Promise<Round> {
  const peak = await measure({ arrivals: CLOSED, timeoutMs: PEAK_TIMEOUT_MS, seconds });
  const overloads: Phase[] = [];
  for (const { timeoutMs } of DEADLINES) {
    const arrivals = { type: 'open', perSecond: OVERLOAD * peak.goodput } as const;
    overloads.push(await measure({ arrivals, timeoutMs, seconds }));
  }
  return { peak, overloads };
}

/** Uploads a function that takes {@link RUN_MS} on this machine; returns how many turns its loop makes. */
async function calibrate(server: RunningStandalone): Promise<number> {
  const time = async (turns: number): Promise<number> => {
    await server.upload(FUNCTION, burningModule(turns));
    const url = `${server.origin}/f/${FUNCTION}`;
    const times: number[] = [];
    for (let call = 0; call < CALIBRATION_CALLS; call++) {
      const from = performance.now();
      await requireOk(url, { method: 'POST' });
      times.push(performance.now() - from);
    }
    return quantile(times, 0.5);
  };
  const extraMs = (await time(CALIBRATION_TURNS)) - (await time(1));
  const turns = Math.round((CALIBRATION_TURNS * RUN_MS) / extraMs);
  await time(turns);
  return turns;
}

const CALIBRATION_TURNS = 100_000_000;
const CALIBRATION_CALLS = 9;

function goodputBar(index: number, rounds: readonly Round[]): Bar {
  const { timeoutMs, demand } = DEADLINES[index] ?? { timeoutMs: Number.NaN, demand: {} };
  const pairs = rounds.map(({ peak, overloads }) => ({
    value: overloads[index]?.goodput ?? Number.NaN,
    reference: peak.goodput,
  }));
  return makeBar({
    bar: `overload/deadline-${timeoutMs}-ms/goodput`,
    ratio: pairedRatio(pairs),
    unit: "of the peak's answers/s",
    reference: {
      name: 'peak',
      value: geometricMean(pairs.map(({ reference }) => reference)),
      unit: 'answers/s',
    },
    measured: { value: geometricMean(pairs.map(({ value }) => value)), unit: 'answers/s' },
    demand,
  });
}

/** The last third of all that was measured during overloads against the second third, each measurement with one. */
function memoryBar(rounds: readonly Round[]): Bar {
  const mib = rounds.flatMap(({ overloads }) => overloads.flatMap(({ residentMib }) => residentMib));
  const third = Math.floor(mib.length / 3);
  const [second, last] = [mib.slice(third, 2 * third), mib.slice(2 * third, 3 * third)];
  return makeBar({
    bar: 'overload/memory',
    ratio: pairedRatio(last.map((value, i) => ({ value, reference: second[i] ?? Number.NaN }))),
    unit: "of the second third's MiB",
    reference: { name: 'second third', value: geometricMean(second), unit: 'MiB' },
    measured: { value: geometricMean(last), unit: 'MiB' },
    demand: { ceiling: GROWTH_MAX },
  });
}

function inWords({ peak, overloads }: Round): string {
  return [peak, ...overloads].map(phaseInWords).join('; ');
}

function phaseInWords({ goodput, statuses, p50Ms, residentMib }: Phase): string {
  const mib = Math.max(...residentMib);
  return `${goodput}/s ${JSON.stringify(statuses)} p50 ${p50Ms.toFixed(0)} ms ${mib.toFixed(0)} MiB`;
}

function describeSetting(cores: Cores, { rounds, seconds }: BenchOptions): string {
  return (
    `standalone server on core ${cores.server.join(', ')}, callers on core ${cores.generator.join(', ')}: ` +
    `${PEAK_CALLERS} that wait for their answers, then calls at random moments at ${OVERLOAD} times the rate of these; ` +
    `${rounds} rounds of ${seconds} s each, interleaved, after ${LEAD_SECONDS} s that do not count`
  );
}
