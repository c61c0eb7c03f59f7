import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pairedRound, timed, type Runner } from './paired-runs.ts';

/** A runner whose runs take so long, one after the other. */
function taking(...times: number[]): Runner {
  let next = 0;
  return () => ({ sum: 7, ms: times[next++] ?? Number.NaN });
}

describe('pairedRound', () => {
  it('compares a variant with the mean of the runs before and after it, and takes the middle one of three', async () => {
    const base = taking(10, 30, 10, 10);
    const pairs = await pairedRound(base, new Map([['a', taking(40, 10, 90)]]));
    assert.deepEqual(pairs, new Map([['a', { value: 40, reference: 20 }]]));
  });

  it('keeps several variants apart', async () => {
    const variants = new Map([
      ['a', taking(2, 2, 2)],
      ['b', taking(3, 3, 3)],
    ]);
    const pairs = await pairedRound(taking(1, 1, 1, 1, 1, 1, 1), variants);
    assert.equal(pairs.get('a')?.value, 2);
    assert.equal(pairs.get('b')?.value, 3);
  });

  it('refuses a variant that computes something else', async () => {
    const variants = new Map([['wrong', timed(() => 8)]]);
    await assert.rejects(pairedRound(taking(1, 1, 1, 1), variants), /wrong computed 8, not 7/);
  });
});
