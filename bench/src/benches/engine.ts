import { CHECK_INTERVAL, objectFiles } from '@faasm/faaslet';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { generatedModule } from '../engine/generated-module.ts';
import { EngineRounds, type EngineRound } from '../engine/in-process.ts';
import { makeBar, makeFigureBar, type Bar } from '../report/bar.ts';
import { mean } from '../stats/moments.ts';
import { meanInterval } from '../stats/mean-interval.ts';
import { pairedRatio } from '../stats/paired-ratio.ts';
import type { Bench } from './bench.ts';

/** Faaslets that wait at once, and how often that is measured: it takes seconds. */
const IDLE_FAASLETS = 10_000;
const IDLE_ROUNDS = 3;

const IDLE_PROGRAM = fileURLToPath(new URL('../engine/idle-faaslets.ts', import.meta.url));

/** About the size of CPython as a WASI command. */
const PREPARED_MODULE = { codeBytes: 7_000_000, pages: 160 };

/** What a Faaslet costs. */
export const engine: Bench = {
  name: 'engine',
  summary: 'what it costs to restore, reset and keep a Faaslet, and to prepare its module, in one process',
  async run({ rounds, progress }) {
    const subject = await EngineRounds.create();
    await subject.round();
    const figures: EngineRound[] = [];
    while (figures.length < rounds) {
      progress(`round ${figures.length + 1} of ${rounds}`);
      figures.push(await subject.round());
    }
    const prepared = prepareTimes(rounds);
    const idle = await idleKib(progress);
    const bars = [
      ...engineBars(figures),
      makeFigureBar({
        bar: 'engine/prepare-7-mb',
        figure: meanInterval(prepared),
        unit: 'ms',
        ceiling: 500,
      }),
      makeFigureBar({
        bar: 'engine/idle-faaslet',
        figure: meanInterval(idle),
        unit: 'KiB',
        ceiling: 16,
      }),
    ];
    const setting = `one thread, medians of 5,000 calls, ${rounds} rounds; ${IDLE_FAASLETS} idle Faaslets, ${IDLE_ROUNDS} times`;
    return { bars, raw: { figures, prepared, idle }, setting };
  },
};

function engineBars(figures: readonly EngineRound[]): Bar[] {
  const extra = figures.map(({ callWithReset, call }) => callWithReset - call);
  const of = (field: keyof EngineRound): number[] => figures.map((figure) => figure[field]);
  const sizes = (
    bar: string,
    [large, small]: readonly [keyof EngineRound, keyof EngineRound],
    ceiling?: number,
  ): Bar =>
    makeBar({
      bar: `engine/${bar}`,
      ratio: pairedRatio(figures.map((figure) => ({ value: figure[large], reference: figure[small] }))),
      unit: "of the 100 KB module's us",
      reference: { name: '100 KB module', value: mean(of(small)), unit: 'us' },
      measured: { value: mean(of(large)), unit: 'us' },
      demand: ceiling === undefined ? {} : { ceiling },
    });
  return [
    microseconds('reset-after-call', { values: extra, ceiling: 10 }),
    microseconds('first-instruction-reused-instance', { values: of('reused'), ceiling: 60 }),
    microseconds('first-instruction-new-instance-pooled-memory', { values: of('restored'), ceiling: 60 }),
    microseconds('first-instruction-new-instance-new-memory', {
      values: of('restoredUnpooled'),
      ceiling: 200,
    }),
    sizes('module-size-reused-instance', ['reusedLarge', 'reused'], 1.5),
    sizes('module-size-new-instance', ['restoredLarge', 'restored']),
  ];
}

function microseconds(bar: string, { values, ceiling }: { values: readonly number[]; ceiling: number }): Bar {
  return makeFigureBar({ bar: `engine/${bar}`, figure: meanInterval(values), unit: 'us', ceiling });
}

/** Milliseconds of the first preparations of this process, which V8 has not optimised yet, and of later ones. */
function prepareTimes(rounds: number): number[] {
  const bytes = generatedModule(PREPARED_MODULE);
  return Array.from({ length: rounds }, () => {
    const from = performance.now();
    objectFiles(bytes, { checkInterval: CHECK_INTERVAL });
    return performance.now() - from;
  });
}

async function idleKib(progress: (line: string) => void): Promise<number[]> {
  const kib: number[] = [];
  for (let round = 0; round < IDLE_ROUNDS; round++) {
    const { stdout } = await promisify(execFile)(process.execPath, [IDLE_PROGRAM, String(IDLE_FAASLETS)]);
    progress(`${IDLE_FAASLETS} idle Faaslets: ${stdout.trim()} KiB each`);
    kib.push(Number(stdout));
  }
  return kib;
}
