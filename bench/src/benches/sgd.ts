import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { availableCores } from '../machine/cores.ts';
import { requireTools, TOOLS } from '../machine/tools.ts';
import { makeBar, type Bar } from '../report/bar.ts';
import { Epochs, LEARNER, WAYS, type Epoch, type Way } from '../sgd/epochs.ts';
import { LEARNT_PICTURES, TRIED_PICTURES } from '../sgd/pictures.ts';
import { exampleProgram } from '../state/state-program.ts';
import { geometricMean } from '../stats/moments.ts';
import { pairedRatio } from '../stats/paired-ratio.ts';
import { startCluster } from '../subjects/cluster.ts';
import type { Bench, BenchOptions } from './bench.ts';
import { rotate } from './compare-servers.ts';

/** How many functions learn at once. */
const FUNCTIONS = [1, 2, 4, 8] as const;

const TURNS = FUNCTIONS.flatMap((functions) => WAYS.map((way) => ({ functions, way })));

/** What is compared, by the last part of a bar's name. */
const FIGURES = {
  time: { unit: 'ms', of: ({ ms }) => ms },
  bytes: { unit: 'bytes', of: ({ netBytes }) => netBytes },
  memory: { unit: 'MiB', of: ({ peakMib }) => peakMib },
} as const satisfies Record<string, { unit: string; of: (epoch: Epoch) => number }>;

/** By `functions way`. */
type Round = Readonly<Record<string, Epoch>>;

/** What sharing weights by mapping them saves, when functions learn side by side. */
export const sgd: Bench = {
  name: 'sgd',
  summary:
    'stochastic gradient descent by functions that map the same weights, against reading and writing all weights through the store for each batch, and against private copies that exchange what they changed',
  async run(options) {
    requireTools([TOOLS.taskset, TOOLS.redisServer]);
    const folder = await mkdtemp(join(tmpdir(), 'faasm-bench-'));
    await using cleanup = new AsyncDisposableStack();
    cleanup.defer(() => rm(folder, { recursive: true }));
    const site = { cores: availableCores(), folder: join(folder, 'cluster') };
    await mkdir(site.folder);
    const cluster = await startCluster(site, { [LEARNER]: await exampleProgram('hogwild', folder) });
    cleanup.defer(() => cluster.stop());

    const epochs = await Epochs.prepare(cluster);
    const rounds: Round[] = [];
    // Once before: Faaslets are made, and V8 compiles.
    for (let round = -1; round < options.rounds; round++) {
      const measured = await measureRound(epochs, Math.max(0, round));
      if (round >= 0) rounds.push(measured);
      options.progress(`round ${round + 1} of ${options.rounds}: ${inWords(measured)}`);
    }
    return { bars: barsOf(rounds), raw: rounds, setting: describeSetting(site.cores, options) };
  },
};

async function measureRound(epochs: Epochs, round: number): Promise<Round> {
  const measured: Record<string, Epoch> = {};
  for (const { functions, way } of rotate(TURNS, round))
    measured[nameOf(functions, way)] = await epochs.run(way, functions);
  return measured;
}

function barsOf(rounds: readonly Round[]): Bar[] {
  return FUNCTIONS.flatMap((functions) =>
    Object.entries(FIGURES).flatMap(([figure, { unit, of }]) =>
      WAYS.slice(1).map((reference) => {
        const valuesOf = (way: Way): number[] => rounds.map((round) => of(epochOf(round, functions, way)));
        const values = { mapped: valuesOf('mapped'), reference: valuesOf(reference) };
        const pairs = values.mapped.map((value, i) => ({
          value,
          reference: values.reference[i] ?? Number.NaN,
        }));
        return makeBar({
          bar: `sgd.${functions}.${figure}.to-${reference}`,
          ratio: pairedRatio(pairs),
          unit: `of ${unit}`,
          reference: { name: reference, value: geometricMean(values.reference), unit },
          measured: { value: geometricMean(values.mapped), unit },
        });
      }),
    ),
  );
}

function epochOf(round: Round, functions: number, way: Way): Epoch {
  const epoch = round[nameOf(functions, way)];
  if (epoch === undefined) throw new RangeError(`No ${nameOf(functions, way)} was measured`);
  return epoch;
}

function nameOf(functions: number, way: Way): string {
  return `${functions} ${way}`;
}

function inWords(round: Round): string {
  return FUNCTIONS.map((functions) => {
    const ways = WAYS.map((way) => {
      const { ms, netBytes, peakMib, right } = epochOf(round, functions, way);
      const percent = ((100 * right) / TRIED_PICTURES).toFixed(0);
      return `${way} ${ms.toFixed(0)} ms ${(netBytes / 1_000).toFixed(0)} KB ${peakMib.toFixed(0)} MiB ${percent} %`;
    });
    return `${functions}: ${ways.join(', ')}`;
  }).join('; ');
}

function describeSetting(cores: readonly number[], { rounds }: BenchOptions): string {
  return (
    `cluster of one edge, one worker and two Redis servers on cores ${cores.join(', ')}; ` +
    `epochs of ${LEARNT_PICTURES} pictures, divided among the functions; ${rounds} rounds, interleaved`
  );
}
