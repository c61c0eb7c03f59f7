import { makeBar, type Bar } from '../report/bar.ts';
import { EmbeddedTierRuns, type PushFigures, type PushTerms } from '../state/embedded-tier-runs.ts';
import { mean } from '../stats/moments.ts';
import { pairedRatio, type Pair } from '../stats/paired-ratio.ts';
import type { Bench } from './bench.ts';

const SIZES: readonly (readonly [name: string, sizeBytes: number])[] = [
  ['100B', 100],
  ['64KiB', 65_536],
];

/** Pushes that are under way at once, where they share commits. */
const AT_ONCE = 32;

const SINGLE = 'writes that are flushed, of one file';

/** What durable state costs in the standalone server. */
export const embeddedState: Bench = {
  name: 'embedded-state',
  summary: 'durable pushes to the embedded tier, one by one and 32 at once, and reads, against a plain file',
  async run({ rounds, seconds, progress }) {
    const runs = await EmbeddedTierRuns.make();
    try {
      const samples = new Map<string, Pair[]>();
      const details: Record<string, PushFigures>[] = [];
      for (let round = 0; round < rounds; round++) {
        const detail: Record<string, PushFigures> = {};
        for (const [name, sizeBytes] of SIZES) {
          const terms: PushTerms = { sizeBytes, atOnce: 1, seconds };
          const plain = await runs.writeAndFlush(terms);
          const alone = await runs.push(terms);
          const together = await runs.push({ ...terms, atOnce: AT_ONCE });
          add(samples, `push.${name}`, { value: alone.perSecond, reference: plain.perSecond });
          add(samples, `push32.${name}`, { value: together.perSecond, reference: plain.perSecond });
          Object.assign(detail, { [`alone.${name}`]: alone, [`together.${name}`]: together });
        }
        add(samples, 'read', { value: await runs.read(), reference: await runs.readFile() });
        details.push(detail);
        progress(`round ${round + 1} of ${rounds}: ${JSON.stringify(detail)}`);
      }
      const bars = Array.from(samples, ([name, pairs]) => barOf(name, pairs));
      return { bars, raw: { samples: Object.fromEntries(samples), details }, setting: 'one process' };
    } finally {
      await runs.close();
    }
  },
};

function add(samples: Map<string, Pair[]>, name: string, pair: Pair): void {
  samples.set(name, [...(samples.get(name) ?? []), pair]);
}

function barOf(name: string, pairs: readonly Pair[]): Bar {
  const unit = name === 'read' ? 'MiB/s' : '1/s';
  return makeBar({
    bar: `embedded-state.${name}`,
    ratio: pairedRatio(pairs),
    unit: 'rate',
    reference: {
      name: name === 'read' ? 'plain file' : SINGLE,
      value: mean(pairs.map(({ reference }) => reference)),
      unit,
    },
    measured: { value: mean(pairs.map(({ value }) => value)), unit },
  });
}
