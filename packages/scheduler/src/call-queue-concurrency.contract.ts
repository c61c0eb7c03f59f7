import type { CallId } from '@faasm/protocol';
import { utf8 } from '@faasm/stdx';
import assert from 'node:assert/strict';
import { never, sampleCall, sampleResult, type Backend, type BackendCase } from './backend-under-test.ts';
import type { CallCounts, CallQueue } from './call-queue.ts';

const TAKERS = 4;
const CALLS_PER_TAKER = 500;
const CALLS_PER_TAKE = 7;

/** Tests of many processes at once. */
export const CONCURRENCY_CASES: Record<string, BackendCase> = {
  'CallQueue gives each call to exactly one of many takers, and its counts add up throughout (I4)': async (
    open,
  ) => {
    const backend = await open();
    const taken: CallId[] = [];
    const allTaken = new AbortController();
    const takers: Promise<void>[] = [];
    for (let i = 0; i < TAKERS; i++) takers.push(runTaker(await backend.join(), taken, allTaken));
    const calls = Array.from({ length: TAKERS * CALLS_PER_TAKER }, (_, index) =>
      sampleCall({ input: utf8(String(index)) }),
    );
    const ended = calls.map(async (call) => {
      await backend.queue.submit(call);
      return await backend.results.wait(call.id, never());
    });
    while (!allTaken.signal.aborted) assertAddsUp(await backend.queue.counts());
    for (const [index, status] of (await Promise.all(ended)).entries()) {
      assert.deepEqual([...(status?.result?.output ?? [])], [...(calls[index]?.input ?? [])]);
    }
    await Promise.all(takers);
    assert.deepEqual(taken.toSorted(), calls.map(({ id }) => id).toSorted());
    const total = calls.length;
    assert.deepEqual(await backend.queue.counts(), {
      accepted: total,
      queued: 0,
      running: 0,
      done: total,
      dead: 0,
    });
  },

  'CallQueue.submit keeps its bounds when many calls come at once (I11)': async (open) => {
    const backend = await open({ queuedCallsMax: 30, outstandingCallsPerUserMax: 20 });
    const other = await backend.join();
    const users = ['a', 'b', 'c'];
    const outcomes = await Promise.all(
      Array.from({ length: 90 }, async (_, index) => {
        const { queue } = index % 2 === 0 ? backend : other;
        const user = users[index % users.length] ?? '';
        return await outcomeOf(queue, user);
      }),
    );
    // Each of three users gets as much as is left free.
    const accepted = outcomes.filter((outcome) => outcome === 'accepted').length;
    assert.ok(accepted >= 22 && accepted <= 24, `${accepted} were accepted`);
    assert.deepEqual(await backend.queue.counts(), {
      accepted,
      queued: accepted,
      running: 0,
      done: 0,
      dead: 0,
    });
    const leases = await backend.queue.take({ max: 30, signal: never() });
    for (const user of users) {
      const held = leases.filter(({ call }) => call.function.user === user).length;
      assert.ok(held <= 20, `${user} got ${held} calls accepted`);
      const refill = await Promise.all(
        Array.from({ length: 25 }, async () => await outcomeOf(other.queue, user)),
      );
      assert.ok(refill.includes('queue.full') || refill.includes('user.limit'));
    }
    assert.ok((await backend.queue.counts()).queued <= 30);
  },
};

async function outcomeOf(queue: CallQueue, user: string): Promise<string> {
  try {
    await queue.submit(sampleCall({ function: { user, name: 'echo' } }));
    return 'accepted';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

async function runTaker({ queue }: Backend, taken: CallId[], allTaken: AbortController): Promise<void> {
  const { signal } = allTaken;
  while (!signal.aborted) {
    const leases = await queue.take({ max: CALLS_PER_TAKE, signal });
    await Promise.all(
      leases.map(async (lease) => {
        taken.push(lease.call.id);
        assert.ok(await queue.settle(lease, sampleResult(lease.call, lease.call.input)));
        if (taken.length === TAKERS * CALLS_PER_TAKER) allTaken.abort();
      }),
    );
  }
}

function assertAddsUp(counts: CallCounts): void {
  const { accepted, queued, running, done, dead } = counts;
  assert.equal(accepted, queued + running + done + dead, JSON.stringify(counts));
}
