import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeBar, makeFigureBar, type Bar } from '../report/bar.ts';
import { stateProgram } from '../state/state-program.ts';
import { meanInterval, quantile } from '../stats/mean-interval.ts';
import { mean } from '../stats/moments.ts';
import { pairedRatio, type Pair } from '../stats/paired-ratio.ts';
import type { Bench } from './bench.ts';
import { withStandalone } from './with-standalone.ts';

/** Values that one call maps, one after the other. */
const KEYS = 30;

const VALUE_BYTES = 65_536;

/** The speed of own memory that a mapped value is to be read at. */
const READ_SHARE = 0.95;

const FIRST_MAP_US_MAX = 100;

/** What mapped state costs a guest. */
export const state: Bench = {
  name: 'state',
  summary: 'reading a mapped value of 64 MiB against own memory, and the first mapping of a value on a host',
  async run({ rounds, progress }) {
    const folder = await mkdtemp(join(tmpdir(), 'faasm-bench-state-'));
    try {
      const module = await stateProgram('state', folder);
      return await withStandalone({}, async (server, cores) => {
        await server.upload('bench/state', module);
        const call = async (input: string): Promise<number[][]> =>
          await linesOf(`${server.origin}/f/bench/state/`, input);
        const reads: Pair[] = (await call(`read ${rounds}`)).map(([own = 0, mapped = 0]) => ({
          value: mapped,
          reference: own,
        }));
        progress('read the mapped value');
        const firstMaps: number[] = [];
        const firstUses: number[] = [];
        // Once before: what is compiled then is compiled for all rounds.
        for (let round = -1; round < rounds; round++) {
          const lines = await call(`map ${KEYS} ${VALUE_BYTES}`);
          progress(`round ${round + 1} of ${rounds}`);
          if (round < 0) continue;
          firstMaps.push(medianUs(lines, 0));
          firstUses.push(medianUs(lines, 1));
        }
        const bars = [readBar(reads), firstMapBar(firstMaps), firstUseBar(firstUses, firstMaps)];
        return {
          bars,
          raw: { reads, firstMaps, firstUses },
          setting: `server on cores ${cores.server.join(',')}`,
        };
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

function readBar(pairs: readonly Pair[]): Bar {
  const unit = 'ns';
  return makeBar({
    bar: 'state.mapped-read',
    ratio: pairedRatio(pairs.map(({ value, reference }) => ({ value: reference, reference: value }))),
    unit: 'speed',
    reference: { name: 'own memory', value: mean(pairs.map(({ reference }) => reference)), unit },
    measured: { value: mean(pairs.map(({ value }) => value)), unit },
    demand: { floor: READ_SHARE },
  });
}

function firstMapBar(figures: readonly number[]): Bar {
  return makeFigureBar({
    bar: 'state.first-map',
    figure: meanInterval(figures),
    unit: 'us',
    ceiling: FIRST_MAP_US_MAX,
  });
}

/** What it adds that the host first has to ask the global tier, which here is SQLite. */
function firstUseBar(uses: readonly number[], maps: readonly number[]): Bar {
  const unit = 'us';
  return makeBar({
    bar: 'state.first-use',
    ratio: pairedRatio(uses.map((value, round) => ({ value, reference: maps[round] ?? value }))),
    unit: 'time',
    reference: { name: 'first mapping', value: mean(maps), unit },
    measured: { value: mean(uses), unit },
  });
}

/** The median of one of the numbers of each line, from nanoseconds. */
function medianUs(lines: readonly (readonly number[])[], place: number): number {
  return (
    quantile(
      lines.map((line) => line[place] ?? Number.NaN),
      0.5,
    ) / 1_000
  );
}

/** The numbers that a function prints, line by line. */
async function linesOf(url: string, input: string): Promise<number[][]> {
  const response = await fetch(url, { method: 'POST', body: input });
  const text = await response.text();
  if (!response.ok) throw new Error(`${input} ended with ${text}`);
  return text
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number));
}
