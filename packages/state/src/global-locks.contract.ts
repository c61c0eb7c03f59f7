import { isFaasmError } from '@faasm/protocol';
import assert from 'node:assert/strict';
import type { GlobalTier } from './global-tier.ts';
import { bytesOf, KEY, piece, until, type TierCases } from './tier-under-test.ts';

const LEASE_MS = 200;
const LONG_LEASE_MS = 60_000;

const PUSH = { sizeBytes: 1, pieces: [piece(0, 1)] };

async function tokenOf(tier: GlobalTier, holder: string, leaseMs: number): Promise<number> {
  const answer = await tier.tryLock(KEY, { holder, leaseMs });
  assert.ok(answer.granted, `${holder} was not granted the lock`);
  return answer.token;
}

function isFenced(error: unknown): boolean {
  return isFaasmError(error, 'state.fenced');
}

function isLocked(error: unknown): boolean {
  return isFaasmError(error, 'state.locked') && error.message.includes('call-1');
}

/** What every {@link GlobalTier} does with locks. */
export const LOCK_CASES: TierCases = {
  'GlobalTier.tryLock grants a lock to one at a time, and names its holder to others': async ({
    tier,
    join,
  }) => {
    const other = await join();
    const token = await tokenOf(tier, 'call-1', LONG_LEASE_MS);
    const answer = await other.tryLock(KEY, { holder: 'call-2', leaseMs: LONG_LEASE_MS });
    assert.ok(!answer.granted);
    assert.equal(answer.holder, 'call-1');
    assert.ok(answer.leaseLeftMs > 0 && answer.leaseLeftMs <= LONG_LEASE_MS);
    assert.equal(await tier.unlock(KEY, token), true);
    assert.ok((await tokenOf(other, 'call-2', LONG_LEASE_MS)) > token);
  },

  'GlobalTier.tryLock by many at once grants one of them': async ({ tier, join }) => {
    const tiers = [tier, await join()];
    const answers = await Promise.all(
      Array.from(
        { length: 20 },
        async (_, i) => await tiers[i % 2]?.tryLock(KEY, { holder: `call-${i}`, leaseMs: LONG_LEASE_MS }),
      ),
    );
    assert.equal(answers.filter((answer) => answer?.granted === true).length, 1);
  },

  'GlobalTier.push with the token of the lock is made, and without it is refused (I7)': async ({
    tier,
    join,
  }) => {
    const other = await join();
    const token = await tokenOf(tier, 'call-1', LONG_LEASE_MS);
    await assert.rejects(other.push(KEY, PUSH), isLocked);
    await assert.rejects(other.increment(KEY, 1n, {}), isLocked);
    await assert.rejects(other.delete(KEY, {}), isLocked);
    await assert.rejects(other.push(KEY, { ...PUSH, token: token + 1 }), isFenced);
    assert.equal(await tier.describe(KEY), undefined);
    await tier.push(KEY, { ...PUSH, token });
    assert.deepEqual([...(await bytesOf(other, KEY, { start: 0, end: 1 }))], [1]);
    await tier.unlock(KEY, token);
    await assert.rejects(tier.push(KEY, { ...PUSH, token }), isFenced);
    await other.push(KEY, PUSH);
  },

  'GlobalTier.push of a holder whose lease is over is refused, also before anybody else has the lock (I7)':
    async ({ tier, join, pass }) => {
      const other = await join();
      const token = await tokenOf(tier, 'call-1', LEASE_MS);
      await pass(LEASE_MS + 1);
      await assert.rejects(tier.push(KEY, { ...PUSH, token }), isFenced);
      await assert.rejects(tier.increment(KEY, 1n, { token }), isFenced);
      await assert.rejects(tier.delete(KEY, { token }), isFenced);
      const next = await tokenOf(other, 'call-2', LONG_LEASE_MS);
      assert.ok(next > token);
      await assert.rejects(tier.push(KEY, { ...PUSH, token }), isFenced);
      await other.push(KEY, { ...PUSH, token: next });
      assert.equal(await tier.renewLock(KEY, token, LONG_LEASE_MS), false);
      assert.equal(await tier.unlock(KEY, token), false);
      await other.push(KEY, { ...PUSH, token: next });
    },

  'GlobalTier.renewLock keeps a lock for longer than its first lease': async ({ tier, pass }) => {
    const token = await tokenOf(tier, 'call-1', LEASE_MS);
    assert.equal(await tier.renewLock(KEY, token, LONG_LEASE_MS), true);
    await pass(LEASE_MS + 1);
    await tier.push(KEY, { ...PUSH, token });
    assert.equal((await tier.tryLock(KEY, { holder: 'call-2', leaseMs: LEASE_MS })).granted, false);
  },

  'GlobalTier.renewLock and unlock refuse tokens that were never granted, or given back': async ({
    tier,
  }) => {
    assert.equal(await tier.renewLock(KEY, 1, LEASE_MS), false);
    assert.equal(await tier.unlock(KEY, 1), false);
    const token = await tokenOf(tier, 'call-1', LONG_LEASE_MS);
    assert.equal(await tier.unlock(KEY, token), true);
    assert.equal(await tier.unlock(KEY, token), false);
    assert.equal(await tier.renewLock(KEY, token, LEASE_MS), false);
  },

  'GlobalTier.tryLock grants growing tokens, also after the value was deleted (I7)': async ({ tier }) => {
    const tokens: number[] = [];
    for (let i = 0; i < 4; i++) {
      const token = await tokenOf(tier, `call-${i}`, LONG_LEASE_MS);
      await tier.push(KEY, { ...PUSH, token });
      await tier.delete(KEY, { token });
      await tier.unlock(KEY, token);
      tokens.push(token);
    }
    assert.deepEqual(
      tokens,
      [...new Set(tokens)].sort((one, other) => one - other),
    );
  },

  'GlobalTier.watch tells when a lock was given back': async ({ tier, join }) => {
    const other = await join();
    let told = 0;
    const token = await tokenOf(tier, 'call-1', LONG_LEASE_MS);
    const stop = await other.watch(KEY, () => (told += 1));
    const before = told;
    await tier.unlock(KEY, token);
    await until(() => told > before);
    stop();
  },
};
