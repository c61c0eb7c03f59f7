import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { generatedModule } from '../engine/generated-module.ts';
import { makeFigureBar } from '../report/bar.ts';
import { meanInterval } from '../stats/mean-interval.ts';
import { requireOk } from '../subjects/server-process.ts';
import type { Bench, BenchOptions } from './bench.ts';
import { withStandalone } from './with-standalone.ts';

/** Of the module that is uploaded. */
const MODULE = { codeBytes: 100_000, pages: 2, marks: false };

const MEMORY_PROGRAM = fileURLToPath(new URL('../engine/preparation-memory.ts', import.meta.url));

/** What a new version of a function waits for. */
export const deploy: Bench = {
  name: 'deploy',
  summary: 'from the beginning of an upload of 100 KB to the first answer; memory that preparing 7 MB takes',
  async run(options) {
    const firstAnswers = await firstAnswerTimes(options);
    const memory: number[] = [];
    for (let round = 0; round < options.rounds; round++) {
      const { stdout } = await promisify(execFile)(process.execPath, [MEMORY_PROGRAM]);
      memory.push(Number(stdout));
    }
    const bars = [
      makeFigureBar({
        bar: 'deploy/upload-to-first-answer',
        figure: meanInterval(firstAnswers),
        unit: 'ms',
        ceiling: 30,
      }),
      makeFigureBar({
        bar: 'deploy/memory-to-prepare-7-mb',
        figure: meanInterval(memory),
        unit: 'MiB',
        ceiling: 100,
      }),
    ];
    const setting = `standalone server, a new module each round, ${options.rounds} rounds`;
    return { bars, raw: { firstAnswers, memory }, setting };
  },
};

async function firstAnswerTimes({ rounds, progress }: BenchOptions): Promise<number[]> {
  const times: number[] = [];
  await withStandalone({}, async (server) => {
    for (let round = 0; round <= rounds; round++) {
      // Another module each time, or the version would be known.
      const module = generatedModule({ ...MODULE, codeBytes: MODULE.codeBytes + 1_000 * round });
      const from = performance.now();
      await server.upload('bench/fresh', module);
      await requireOk(`${server.origin}/f/bench/fresh`, { method: 'POST' });
      times.push(performance.now() - from);
      progress(`first answer after ${times.at(-1)} ms`);
    }
  });
  // The first one also waits for V8 to compile the server.
  return times.slice(1);
}
