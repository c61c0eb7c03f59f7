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
    const measure = async (subject: CheckSubject): Promise<void> => {
      cleanup.defer(() => subject.stop());
      measured.set(subject.name, await measureSubject(subject, options));
    };
    for (const kernel of await buildKernels([...NUMERIC_KERNELS, CALLS_KERNEL], folder))
      await measure(await kernelSubject(kernel));
    for (const program of PROGRAMS) await measure(await programSubject(program));
    const raw = Object.fromEntries(
      [...measured].map(([name, variants]) => [name, Object.fromEntries(variants)]),
    );
    const setting = `one thread, each run between two runs of the unprepared module, ${options.rounds} rounds`;
    return { bars: checkBars(measured), raw, setting };
  },
};

async function measureSubject(
  { name, base, variants }: CheckSubject,
  { rounds, progress }: BenchOptions,
): Promise<ReadonlyMap<string, readonly Pair[]>> {
  const measured = new Map<string, Pair[]>([...variants.keys()].map((variant) => [variant, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [variant, pair] of await pairedRound(base, variants)) measured.get(variant)?.push(pair);
  }
  const ratios = [...measured].map(([variant, pairs]) => `${variant} ${pairedRatio(pairs).ratio.toFixed(3)}`);
  progress(`${name}: ${ratios.join(', ')} of the unprepared module's time`);
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
