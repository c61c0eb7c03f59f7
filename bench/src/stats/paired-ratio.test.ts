import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { pairedRatio, type Pair } from './paired-ratio.ts';
import { studentQuantile95 } from './student.ts';

const ROUNDS = 20;

/** A small generator of its own, so that the same figures come on every machine (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Rounds on a machine that gets slower and slower, each figure off by a few per cent. */
function driftingRounds(trueRatio: number, seed: number): Pair[] {
  const random = generator(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Array.from({ length: ROUNDS }, (_, round) => {
    const machine = 30_000 * (1 - 0.02 * round);
    return {
      value: trueRatio * machine * Math.exp(0.03 * normal()),
      reference: machine * Math.exp(0.03 * normal()),
    };
  });
}

describe('pairedRatio', () => {
  it('finds no difference between a subject and itself in 95 of 100 comparisons (A/A)', () => {
    const comparisons = 2_000;
    let covered = 0;
    for (let seed = 1; seed <= comparisons; seed++) {
      const [low, high] = pairedRatio(driftingRounds(1, seed)).interval;
      if (low <= 1 && 1 <= high) covered += 1;
    }
    const share = covered / comparisons;
    assert.ok(share > 0.935 && share < 0.965, `covered 1 in ${share} of ${comparisons} comparisons`);
  });

  it('sees a difference of 10 % through noise of 3 % and a drift of 40 %', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const { ratio, interval } = pairedRatio(driftingRounds(0.9, seed));
      assert.ok(Math.abs(ratio - 0.9) < 0.05, `seed ${seed}: ratio ${ratio}`);
      assert.ok(interval[1] < 1, `seed ${seed}: interval up to ${interval[1]}`);
    }
  });

  it('is exact for rounds without noise', () => {
    const { ratio, interval, rounds } = pairedRatio([
      { value: 1, reference: 2 },
      { value: 4, reference: 8 },
      { value: 5, reference: 10 },
    ]);
    for (const figure of [ratio, ...interval]) assert.ok(Math.abs(figure - 0.5) < 1e-12);
    assert.equal(rounds, 3);
  });

  it('contains its ratio, and turns around when both sides are exchanged', () => {
    const figure = fc.double({ min: 1e-3, max: 1e6, noNaN: true });
    const rounds = fc.array(fc.record({ value: figure, reference: figure }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(rounds, (pairs) => {
        const { ratio, interval } = pairedRatio(pairs);
        const slack = 1e-9 * ratio;
        assert.ok(interval[0] <= ratio + slack && ratio - slack <= interval[1]);
        const turned = pairedRatio(pairs.map((pair) => ({ value: pair.reference, reference: pair.value })));
        assert.ok(Math.abs(Math.log(turned.ratio) + Math.log(ratio)) < 1e-6);
        // In logarithms, because a wide interval leaves the range of numbers.
        if (interval[0] > 1e-200 && interval[1] < 1e200) {
          assert.ok(Math.abs(Math.log(turned.interval[0]) + Math.log(interval[1])) < 1e-6);
        }
      }),
    );
  });

  it('refuses a single round and figures that are not greater than 0', () => {
    assert.throws(() => pairedRatio([{ value: 1, reference: 1 }]), /at least 2 rounds, received 1/);
    const good = { value: 1, reference: 1 };
    assert.throws(() => pairedRatio([good, { value: 0, reference: 1 }]), /received 0 in round 1/);
    assert.throws(() => pairedRatio([good, { value: 1, reference: Number.NaN }]), /received NaN in round 1/);
  });
});

describe('studentQuantile95', () => {
  it('agrees with printed tables', () => {
    const table: readonly [degreesOfFreedom: number, quantile: number][] = [
      [1, 12.706],
      [5, 2.571],
      [9, 2.262],
      [10, 2.228],
      [19, 2.093],
      [29, 2.045],
      [60, 2.0],
      [120, 1.98],
    ];
    for (const [degreesOfFreedom, quantile] of table) {
      assert.ok(Math.abs(studentQuantile95(degreesOfFreedom) - quantile) < 1e-3, `${degreesOfFreedom}`);
    }
  });

  it('refuses degrees of freedom that are no whole number of at least 1', () => {
    for (const wrong of [0, -1, 1.5, Number.NaN]) {
      assert.throws(() => studentQuantile95(wrong), RangeError);
    }
  });
});
