import type { Call, CallId } from '@faasm/protocol';
import assert from 'node:assert/strict';
import { never, sampleCall, sampleResult, takeOne, type BackendCase } from './backend-under-test.ts';
import type { CallQueue } from './call-queue.ts';

const FLOOD_CALLS = 1_000;

async function submitted(queue: CallQueue, user: string, count = 1): Promise<Call[]> {
  const calls = Array.from({ length: count }, () => sampleCall({ function: { user, name: 'echo' } }));
  for (const call of calls) await queue.submit(call);
  return calls;
}

async function takenUsers(queue: CallQueue, count: number): Promise<string[]> {
  const users: string[] = [];
  for (let i = 0; i < count; i++) users.push((await takeOne(queue)).call.function.user);
  return users;
}

/** Tests of who is next when several users have calls waiting. */
export const FAIRNESS_CASES: Record<string, BackendCase> = {
  "CallQueue.take delays one user's call by one turn of a user who floods, at most": async (open) => {
    const { queue } = await open();
    await submitted(queue, 'flood', FLOOD_CALLS);
    for (const taken of [0, 1, 7]) {
      await takenUsers(queue, taken);
      await submitted(queue, 'single');
      const next = await takenUsers(queue, 2);
      assert.ok(next.includes('single'), `After ${taken} calls: ${next.join(', ')}`);
    }
  },

  'CallQueue.take gives several calls at once in turns, too': async (open) => {
    const { queue } = await open();
    await submitted(queue, 'flood', 20);
    await submitted(queue, 'other', 3);
    const leases = await queue.take({ max: 6, signal: never() });
    assert.equal(leases.filter(({ call }) => call.function.user === 'other').length, 3);
  },

  'CallQueue.take gives users with the weights 3 and 1 three calls and one, while both wait': async (
    open,
  ) => {
    const { queue } = await open({ weightOf: (user) => (user === 'heavy' ? 3 : 1) });
    await submitted(queue, 'light', 100);
    await submitted(queue, 'heavy', 100);
    const users = await takenUsers(queue, 80);
    for (let start = 0; start < users.length; start += 20) {
      const heavy = users.slice(start, start + 20).filter((user) => user === 'heavy').length;
      assert.ok(heavy >= 14 && heavy <= 16, `${heavy} of 20`);
    }
  },

  'CallQueue.take gives a user nothing for having been away': async (open) => {
    const { queue } = await open();
    await submitted(queue, 'present', 60);
    await submitted(queue, 'away');
    await takenUsers(queue, 31);
    await submitted(queue, 'away', 30);
    const away = (await takenUsers(queue, 20)).filter((user) => user === 'away').length;
    assert.ok(away >= 9 && away <= 11, `${away} of 20`);
  },

  'CallQueue.take gives a user nothing for submitting each call only when the last one was taken': async (
    open,
  ) => {
    const { queue } = await open();
    await submitted(queue, 'patient', 40);
    const users: string[] = [];
    for (let i = 0; i < 20; i++) {
      if (users.at(-1) !== 'patient') await submitted(queue, 'eager');
      users.push(...(await takenUsers(queue, 1)));
    }
    assert.ok(users.filter((user) => user === 'patient').length >= 9, users.join(', '));
  },

  'CallQueue.take gives the calls of each user in the order of their submission': async (open) => {
    const { queue } = await open({ weightOf: (user) => (user === 'a' ? 2 : 1) });
    const expected = new Map<string, CallId[]>([
      ['a', []],
      ['b', []],
    ]);
    for (let i = 0; i < 15; i++) {
      for (const [user, ids] of expected) ids.push(...(await submitted(queue, user)).map(({ id }) => id));
    }
    const taken = new Map<string, CallId[]>([
      ['a', []],
      ['b', []],
    ]);
    for (let i = 0; i < 30; i++) {
      const { call } = await takeOne(queue);
      taken.get(call.function.user)?.push(call.id);
    }
    assert.deepEqual(taken, expected);
  },

  'CallQueue.takeOther gives calls in turns, but none of those who are passed over': async (open) => {
    const { queue } = await open();
    const [passedOver] = await submitted(queue, 'passed over', 3);
    await submitted(queue, 'a', 2);
    await submitted(queue, 'b', 1);
    const except = new Set(['passed over', 'nobody']);
    const users: (string | undefined)[] = [];
    for (let i = 0; i < 4; i++) users.push((await queue.takeOther(except))?.call.function.user);
    assert.deepEqual(new Set(users.slice(0, 2)), new Set(['a', 'b']));
    assert.deepEqual(users.slice(2), ['a', undefined]);
    assert.equal((await takeOne(queue)).call.id, passedOver?.id);
    assert.deepEqual(await queue.counts(), { accepted: 6, queued: 2, running: 4, done: 0, dead: 0 });
  },

  'CallQueue.takeOther gives leases as CallQueue.take does, and passes nobody over who is not named': async (
    open,
  ) => {
    const { queue } = await open();
    assert.equal(await queue.takeOther(new Set()), undefined);
    const [first, second] = await submitted(queue, 'a', 2);
    const lease = (await queue.takeOther(new Set())) ?? assert.fail();
    assert.deepEqual([lease.call.id, lease.delivery], [first?.id, 1]);
    assert.ok(await queue.release(lease));
    const again = (await queue.takeOther(new Set())) ?? assert.fail();
    assert.deepEqual([again.call.id, again.delivery], [first?.id, 2]);
    assert.ok(await queue.settle(again, sampleResult(again.call)));
    assert.equal((await takeOne(queue)).call.id, second?.id);
  },

  'CallQueue.take gives a user nothing for having been passed over': async (open) => {
    const { queue } = await open();
    await submitted(queue, 'passed over', 60);
    await submitted(queue, 'present', 60);
    for (let i = 0; i < 30; i++) assert.ok(await queue.takeOther(new Set(['passed over'])));
    const passedOver = (await takenUsers(queue, 20)).filter((user) => user === 'passed over').length;
    assert.ok(passedOver >= 9 && passedOver <= 11, `${passedOver} of 20`);
  },

  'CallQueue.release gives calls their old places, before those of their user that came later': async (
    open,
  ) => {
    const { queue } = await open();
    const ids = (await submitted(queue, 'one', 4)).map(({ id }) => id);
    const leases = await queue.take({ max: 3, signal: never() });
    for (const index of [1, 2, 0]) assert.ok(await queue.release(leases[index] ?? assert.fail()));
    const again = await queue.take({ max: 4, signal: never() });
    assert.deepEqual(
      again.map(({ call }) => call.id),
      ids,
    );
    assert.deepEqual(
      again.map(({ delivery }) => delivery),
      [2, 2, 2, 1],
    );
  },
};
