import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kernelSubject, programSubject, type CheckSubject } from '../checks/check-subjects.ts';
import { buildKernels, CALLS_KERNEL, NUMERIC_KERNELS } from '../checks/kernels.ts';
import { pairedRound } from '../checks/paired-runs.ts';
import { PROGRAMS } from '../checks/programs.ts';
import { makeBar, type Bar, type Demand } from '../report/bar.ts';
import { geometricMean } from '../stats/moments.ts';
import { pairedRatio, type Pair } from '../stats/paired-ratio.ts';
import type { Bench, BenchOptions } from './bench.ts';

/**
 * What V8 inlines in a large program depends on what it has seen when it compiles: one compilation in a hundred functions
 * may come out some percent faster or slower than the next, so that several are measured.
 */
const ROUNDS_A_COMPILATION = 2;

/** Pairs of all rounds, by subject and variant. */
type Measured = ReadonlyMap<string, ReadonlyMap<string, readonly Pair[]>>;

/** What it costs that a guest can be stopped. */
export const checks: Bench = {
  name: 'checks',
  summary:
    'what checks cost in steady state: prepared modules against the same as they came, and against clang for this machine',
  async run(options) {
    const folder = await mkdtemp(join(tmpdir(), 'faasm-bench-'));
    await using cleanup = new AsyncDisposableStack();
    cleanup.defer(() => rm(folder, { recursive: true }));
    const measured = new Map<string, ReadonlyMap<string, readonly Pair[]>>();
    for (const kernel of await buildKernels([...NUMERIC_KERNELS, CALLS_KERNEL], folder)) {
      const subject = await kernelSubject(kernel);
      cleanup.defer(() => subject.stop());
      measured.set(kernel.name, await measureSubject(options, () => Promise.resolve(subject)));
    }
    for (const program of PROGRAMS) {
      const subject = async (round: number): Promise<CheckSubject> =>
        await programSubject(program, `${round}`);
      measured.set(program.name, await measureSubject(options, subject));
    }
    const raw = Object.fromEntries(
      [...measured].map(([name, variants]) => [name, Object.fromEntries(variants)]),
    );
    const setting =
      `one thread's CPU time, each run between two runs of the unprepared module, ${options.rounds} rounds; 15 kernels and ` +
      'calls are C in bench/kernels, the programs are QuickJS-NG, SQLite, and Prism, which parses Ruby, as npm has them';
    return { bars: checkBars(measured), raw, setting };
  },
};

/** `subjectFor` is asked every {@link ROUNDS_A_COMPILATION} rounds. */
async function measureSubject(
  { rounds, progress }: BenchOptions,
  subjectFor: (round: number) => Promise<CheckSubject>,
): Promise<ReadonlyMap<string, readonly Pair[]>> {
  const measured = new Map<string, Pair[]>();
  let subject = await subjectFor(0);
  for (let round = 0; round < rounds; round++) {
    if (round > 0 && round % ROUNDS_A_COMPILATION === 0) subject = await subjectFor(round);
    for (const [variant, pair] of await pairedRound(subject.base, subject.variants))
      measured.set(variant, [...(measured.get(variant) ?? []), pair]);
  }
  const ratios = [...measured].map(([variant, pairs]) => `${variant} ${pairedRatio(pairs).ratio.toFixed(3)}`);
  progress(`${subject.name}: ${ratios.join(', ')} of the unprepared module's time`);
  return measured;
}

function checkBars(measured: Measured): Bar[] {
  const pairs = (name: string, variant: string): readonly Pair[] => measured.get(name)?.get(variant) ?? [];
  const kernels = (variant: string): Pair[] => meanPairs(NUMERIC_KERNELS.map((name) => pairs(name, variant)));
  return [
    bar('kernels', kernels('checked'), { ceiling: 1.03 }),
    ...NUMERIC_KERNELS.map((name) => bar(name, pairs(name, 'checked'), { ceiling: 1.1 })),
    ...PROGRAMS.map(({ name }) => bar(name, pairs(name, 'checked'), { ceiling: 1.2, aim: 1.1 })),
    bar(CALLS_KERNEL, pairs(CALLS_KERNEL, 'checked')),
    bar('kernels-without-checks', kernels('trusted')),
    ...PROGRAMS.map(({ name }) => bar(`${name}-without-checks`, pairs(name, 'trusted'))),
    bar(`${CALLS_KERNEL}-without-checks`, pairs(CALLS_KERNEL, 'trusted')),
    nativeBar('kernels-to-native', kernels('checked'), kernels('native')),
    nativeBar(`${CALLS_KERNEL}-to-native`, pairs(CALLS_KERNEL, 'checked'), pairs(CALLS_KERNEL, 'native')),
  ];
}

/** The geometric means over the kernels, round by round. */
function meanPairs(all: readonly (readonly Pair[])[]): Pair[] {
  return (all[0] ?? []).map((_, round) => ({
    value: geometricMean(all.map((pairs) => pairs[round]?.value ?? Number.NaN)),
    reference: geometricMean(all.map((pairs) => pairs[round]?.reference ?? Number.NaN)),
  }));
}

function bar(name: string, pairs: readonly Pair[], demand: Demand = {}): Bar {
  return makeBar({
    bar: `checks/${name}`,
    ratio: pairedRatio(pairs),
    unit: "of the unprepared module's ms",
    reference: {
      name: 'unprepared',
      value: geometricMean(pairs.map(({ reference }) => reference)),
      unit: 'ms',
    },
    measured: { value: geometricMean(pairs.map(({ value }) => value)), unit: 'ms' },
    demand,
  });
}

/** Both were measured against the same module, at other moments: their ratios are compared. */
function nativeBar(name: string, checked: readonly Pair[], native: readonly Pair[]): Bar {
  const none = { value: Number.NaN, reference: Number.NaN };
  return makeBar({
    bar: `checks/${name}`,
    ratio: pairedRatio(
      checked.map((pair, round) => ({ value: relative(pair), reference: relative(native[round] ?? none) })),
    ),
    unit: "of the native program's ms",
    reference: { name: 'native', value: geometricMean(native.map(({ value }) => value)), unit: 'ms' },
    measured: { value: geometricMean(checked.map(({ value }) => value)), unit: 'ms' },
  });
}

function relative({ value, reference }: Pair): number {
  return value / reference;
}
