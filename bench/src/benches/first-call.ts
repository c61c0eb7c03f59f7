import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshVersion } from '../checks/fresh-version.ts';
import { buildKernels, NUMERIC_KERNELS, type Kernel } from '../checks/kernels.ts';
import { middlePair } from '../checks/paired-runs.ts';
import { makeBar, type Bar, type Demand } from '../report/bar.ts';
import { geometricMean, mean } from '../stats/moments.ts';
import { pairedRatio, type Pair } from '../stats/paired-ratio.ts';
import { runMs, waitForLog } from '../subjects/server-words.ts';
import type { RunningStandalone } from '../subjects/standalone.ts';
import type { Bench, BenchOptions } from './bench.ts';
import { withStandalone } from './with-standalone.ts';

/** Calls behind the first one whose mean it is compared with. */
const LATER_CALLS = 5;

/** When the first call comes: when the server says that it optimised the module, or with the upload's answer. */
const MOMENTS = ['optimised', 'at-once'] as const;
type Moment = (typeof MOMENTS)[number];

/** Pairs of all rounds, by moment and kernel. */
type Measured = ReadonlyMap<string, readonly Pair[]>;

/** How fast code is that was just deployed. */
export const firstCall: Bench = {
  name: 'first-call',
  summary: 'run time of the first call of a kernel that was just deployed, against the calls after it',
  async run(options) {
    const measured = await withStandalone({ LOG_LEVEL: 'debug' }, async (server) => {
      const builds = await mkdtemp(join(tmpdir(), 'faasm-bench-kernels-'));
      await using cleanup = new AsyncDisposableStack();
      cleanup.defer(() => rm(builds, { recursive: true }));
      return await measureKernels(await buildKernels(NUMERIC_KERNELS, builds), { ...options, server });
    });
    const setting = `standalone server, a new version each time, then ${LATER_CALLS} more calls, ${options.rounds} rounds`;
    return { bars: firstCallBars(measured), raw: Object.fromEntries(measured), setting };
  },
};

async function measureKernels(
  kernels: readonly Kernel[],
  { rounds, progress, server }: BenchOptions & { server: RunningStandalone },
): Promise<Measured> {
  const measured = new Map<string, Pair[]>();
  // One round more: the first one also waits for V8 to compile the server.
  for (let round = 0; round <= rounds; round++) {
    for (const kernel of kernels) {
      for (const moment of MOMENTS) {
        const pair = await measureVersion(kernel, { server, moment, mark: `${round} ${moment}` });
        const key = `${moment} ${kernel.name}`;
        if (round > 0) measured.set(key, [...(measured.get(key) ?? []), pair]);
      }
    }
    progress(`round ${round} of ${rounds}`);
  }
  return measured;
}

async function measureVersion(
  { name, wasm }: Kernel,
  { server, moment, mark }: { server: RunningStandalone; moment: Moment; mark: string },
): Promise<Pair> {
  const { origin, log } = server;
  const body = freshVersion(wasm, mark);
  await server.upload(`bench/${name}`, body);
  const digest = createHash('sha256').update(body).digest('hex');
  if (moment === 'optimised') await waitForLog(log, ['module optimised', digest]);
  const call = async (): Promise<number> => await runMs(`${origin}/f/bench/${name}`);
  const value = await call();
  if (moment === 'at-once') await waitForLog(log, ['module optimised', digest]);
  const later: number[] = [];
  while (later.length < LATER_CALLS) later.push(await call());
  return { value, reference: mean(later) };
}

function firstCallBars(measured: Measured): Bar[] {
  const pairsOf = (moment: Moment, name: string): readonly Pair[] => measured.get(`${moment} ${name}`) ?? [];
  const medians = (moment: Moment): Pair[] =>
    pairsOf(moment, NUMERIC_KERNELS[0]).map((_, round) =>
      middlePair(NUMERIC_KERNELS.flatMap((name) => pairsOf(moment, name)[round] ?? [])),
    );
  return [
    bar('median', medians('optimised'), { ceiling: 1.1 }),
    ...NUMERIC_KERNELS.map((name) => bar(name, pairsOf('optimised', name), { ceiling: 1.2 })),
    bar('median-at-once', medians('at-once'), {}),
  ];
}

function bar(name: string, pairs: readonly Pair[], demand: Demand): Bar {
  return makeBar({
    bar: `first-call/${name}`,
    ratio: pairedRatio(pairs),
    unit: "of later calls' ms",
    reference: {
      name: 'later calls',
      value: geometricMean(pairs.map(({ reference }) => reference)),
      unit: 'ms',
    },
    measured: { value: geometricMean(pairs.map(({ value }) => value)), unit: 'ms' },
    demand,
  });
}
