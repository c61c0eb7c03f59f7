import { FileRuns } from '../files/file-runs.ts';
import { makeBar, type Bar } from '../report/bar.ts';
import { mean } from '../stats/moments.ts';
import { pairedRatio, type Pair } from '../stats/paired-ratio.ts';
import type { Bench } from './bench.ts';

/** What files cost a guest. */
export const files: Bench = {
  name: 'files',
  summary:
    '64 KiB of a file against memory.copy in the same guest, and opening 10,000 files against node:wasi',
  async run({ rounds, progress }) {
    const runs = await FileRuns.make();
    try {
      const raw: { read: Pair[]; write: Pair[]; open: Pair[] } = { read: [], write: [], open: [] };
      // Once before: what is compiled then is compiled for all rounds.
      for (let round = -1; round < rounds; round++) {
        const copy = await runs.inFaaslet('copy');
        const read = { value: await runs.inFaaslet('read'), reference: copy };
        const write = { value: await runs.inFaaslet('write'), reference: copy };
        const open = { value: await runs.inFaaslet('open'), reference: runs.onNode('open') };
        if (round < 0) continue;
        raw.read.push(read);
        raw.write.push(write);
        raw.open.push(open);
        progress(`round ${round + 1} of ${rounds}`);
      }
      return { bars: barsOf(raw), raw, setting: 'one thread' };
    } finally {
      await runs.close();
    }
  },
};

/** The speed of a copy that `fd_read` and `fd_write` are to reach. */
const COPY_SHARE = 0.5;

function barsOf({ read, write, open }: Readonly<Record<'read' | 'write' | 'open', readonly Pair[]>>): Bar[] {
  return [
    speedBar('files.read', read, { name: 'memory.copy', floor: COPY_SHARE }),
    speedBar('files.write', write, { name: 'memory.copy', floor: COPY_SHARE }),
    speedBar('files.open', open, { name: 'node:wasi', floor: 1 }),
  ];
}

/** How fast something is beside its reference. */
function speedBar(
  bar: string,
  pairs: readonly Pair[],
  { name, floor }: { name: string; floor: number },
): Bar {
  const unit = 'ns';
  return makeBar({
    bar,
    ratio: pairedRatio(pairs.map(({ value, reference }) => ({ value: reference, reference: value }))),
    unit: 'speed',
    reference: { name, value: mean(pairs.map(({ reference }) => reference)), unit },
    measured: { value: mean(pairs.map(({ value }) => value)), unit },
    demand: { floor },
  });
}
