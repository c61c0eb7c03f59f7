import assert from 'node:assert/strict';
import { endGuestThreads } from '../guest-threads.ts';
import type { HostCases } from '../host-cases.ts';
import { tierWith } from '../tier-with.ts';
import { failure, lines, run, type Hosts, type Said } from '../two-hosts.ts';

const SHORT_LEASE_MS = 300;
/** Long enough that a call has its locks, in milliseconds. */
const SHORT_TIMEOUT_MS = 700;

const HELD = [
  'lock write one',
  'lock read two',
  'lock global three',
  'map signal 1 0 1',
  'poke signal 0 1 1 1',
];

/** Waits until the call that runs {@link HELD} has its locks. */
async function untilHeld({ hosts }: Hosts): Promise<void> {
  await lines(hosts[0], ['map signal 1 0 1', 'await signal 0 1', 'poke signal 0 0 1 1']);
}

/** Takes all of those locks, which ends when they are free. */
async function takeAll({ hosts }: Hosts): Promise<void> {
  await lines(hosts[0], ['lock write one', 'lock write two']);
  await lines(hosts[1], ['lock global three']);
}

/** Each way in which a call ends that holds locks. */
const ENDINGS: Record<string, (world: Hosts) => Promise<Said>> = {
  'exit code': async ({ hosts }) => await run(hosts[0], [...HELD, 'exit 3']),
  trap: async ({ hosts }) => await run(hosts[0], [...HELD, 'trap']),
  'deadline while it waits': async ({ hosts }) =>
    await run(hosts[0], [...HELD, 'sleep 60000'], { timeoutMs: SHORT_TIMEOUT_MS }),
  'deadline while it loops': async ({ hosts }) =>
    await run(hosts[0], [...HELD, 'spin'], { timeoutMs: SHORT_TIMEOUT_MS }),
  cancellation: async (world) => {
    const cancel = new AbortController();
    const ended = run(world.hosts[0], [...HELD, 'sleep 60000'], { signal: cancel.signal });
    await untilHeld(world);
    cancel.abort();
    return await ended;
  },
  'death of its thread': async (world) => {
    const ended = run(world.hosts[0], [...HELD, 'sleep 60000']);
    await untilHeld(world);
    await endGuestThreads();
    return await ended;
  },
};

/** Locks of one host and of all. */
export const LOCK_CASES: HostCases = {
  ...Object.fromEntries(
    Object.entries(ENDINGS).map(([ending, endCall]) => [
      `a call that ends by ${ending} leaves its locks to others`,
      async (make) => {
        const world = await make.shared();
        const { result } = await endCall(world);
        assert.notEqual(result.outcome.type, 'success');
        await takeAll(world);
      },
    ]),
  ),

  'a call that waits for a lock when it ends is not granted it later': async (make) => {
    const world = await make.shared();
    const [host] = world.hosts;
    const holder = lines(host, [...HELD, 'await signal 0 2']);
    await untilHeld(world);
    const waiting = ['lock write one', 'lock write two', 'lock global three'].map(async (script) => {
      const said = await run(host, [script], { timeoutMs: SHORT_TIMEOUT_MS });
      assert.equal(failure(said).code, 'call.deadline');
    });
    await Promise.all(waiting);
    await lines(host, ['map signal 1 0 1', 'poke signal 0 2 1 1']);
    await holder;
    await takeAll(world);
  },

  'two calls that wait for each other end by deadline, with key and holder named, and the other goes on':
    async (make) => {
      const { hosts } = await make.shared();
      for (const mode of ['write', 'global']) {
        const both = (mine: number, other: number): string[] => [
          'map met 2 0 2',
          `lock ${mode} key-${mine}`,
          `poke met ${mine} 1 1 1`,
          `await met ${other} 1`,
          `lock ${mode} key-${other}`,
        ];
        const user = mode;
        const waiting = run(hosts[0], both(1, 0), { user });
        await lines(hosts[0], ['map met 2 0 2', 'await met 1 1'], { user });
        const first = await run(hosts[0], both(0, 1), { user, timeoutMs: SHORT_TIMEOUT_MS });
        const second = await waiting;
        const { code, message } = failure(first);
        assert.equal(code, 'call.deadline');
        assert.match(
          message,
          new RegExp(`waits for the lock of ${user}/key-1, which call ${second.result.id} holds`),
        );
        assert.deepEqual(second.result.outcome, { type: 'success' });
      }
    },

  'a call that waits for a lock of another host ends by deadline, with key and holder named': async (
    make,
  ) => {
    const world = await make.shared();
    const holder = run(world.hosts[0], [...HELD, 'await signal 0 2']);
    await untilHeld(world);
    const { code, message } = failure(
      await run(world.hosts[1], ['lock global three'], { timeoutMs: SHORT_TIMEOUT_MS }),
    );
    await lines(world.hosts[0], ['map signal 1 0 1', 'poke signal 0 2 1 1']);
    assert.equal(code, 'call.deadline');
    const { id } = (await holder).result;
    assert.match(
      message,
      new RegExp(`waits for the lock of ${String(world.hosts[0].user)}/three, which call ${id} holds`),
    );
  },

  'a call that asks again for a lock that it holds, or gives back one that it does not hold, is told': async (
    make,
  ) => {
    const { hosts } = await make.shared();
    for (const mode of ['read', 'write', 'global']) {
      const again = failure(await run(hosts[0], [`lock ${mode} key`, `lock ${mode} key`]));
      assert.equal(again.code, 'state.deadlock');
      assert.match(again.message, new RegExp(`holds the ${mode} lock of user-\\d+/key already`));
      const none = failure(await run(hosts[0], [`unlock ${mode} key`]));
      assert.equal(none.code, 'guest.trap');
      assert.match(none.message, new RegExp(`does not hold the ${mode} lock of key`));
    }
    const wrong = failure(await run(hosts[0], ['lock read key', 'unlock write key']));
    assert.match(wrong.message, /does not hold the write lock of key/);
  },

  'a value under a global lock takes no push from others, on either host, until it is given back': async (
    make,
  ) => {
    const world = await make.shared();
    const holder = lines(world.hosts[0], [
      'write three 4 0 1 4',
      'push three',
      ...HELD,
      'write three 4 0 2 4',
      'await signal 0 2',
      'push three',
      'unlock global three',
    ]);
    await untilHeld(world);
    for (const host of world.hosts) {
      for (const change of ['push three', 'increment three 1', 'delete three', 'set three 1 9 4']) {
        const { code, message } = failure(await run(host, ['write three 4 0 2 4', change]));
        assert.equal(code, 'state.locked', change);
        assert.match(message, /user-\d+\/three is locked by/);
      }
    }
    await lines(world.hosts[0], ['map signal 1 0 1', 'poke signal 0 2 1 1']);
    await holder;
    assert.deepEqual(await lines(world.hosts[1], ['pull three 4', 'read three 4 0 4']), ['2x4']);
  },

  'a holder that lost its lease cannot push, nor can neighbours push its bytes, before and after it ends (I7)':
    async (make) => {
      const world = await make.own({
        threads: 2,
        leaseMs: SHORT_LEASE_MS,
        // Renewals of the first host never get an answer.
        wrap: (tier, host) =>
          host === 1 ? tier : tierWith(tier, { renewLock: () => new Promise<never>(() => undefined) }),
      });
      const [host, elsewhere] = world.hosts;
      const mapped = ['map three 8 0 8', 'map go 1 0 1', 'await go 0 1'];
      await lines(host, ['write three 8 0 1 8', 'push three']);
      const neighbour = run(host, [...mapped, 'flag three 8 0 8 1', 'push three']);
      const forgetful = run(host, [...mapped, 'push three']);
      const holder = run(host, [
        ...mapped.slice(0, 2),
        ...HELD,
        'poke three 0 9 2 1',
        'write three 8 2 9 2',
        'await go 0 1',
        'push three',
      ]);
      await untilHeld(world);
      // Waits for the end of the lease.
      await lines(elsewhere, ['lock global three', 'pull three 8', 'write three 8 4 5 4', 'push three']);
      // A call that comes now sees what the others have, and may change it.
      assert.deepEqual(await lines(host, ['read three 8 0 8']), ['1x4 5x4']);
      await lines(host, ['map go 1 0 1', 'poke go 0 1 1 1']);
      assert.equal(failure(await holder).code, 'state.fenced');
      for (const said of [await neighbour, await forgetful])
        assert.ok(['state.fenced', 'state.locked'].includes(failure(said).code), failure(said).message);
      await lines(host, ['write three 8 7 6 1', 'push three']);
      assert.deepEqual(await lines(elsewhere, ['pull three 8', 'read three 8 0 8']), ['1x4 5x3 6x1']);
    },

  'a holder that lost its lease is told when it gives the lock back (I7)': async (make) => {
    const world = await make.own({
      leaseMs: SHORT_LEASE_MS,
      wrap: (tier, host) =>
        host === 1 ? tier : tierWith(tier, { renewLock: () => new Promise<never>(() => undefined) }),
    });
    const holder = run(world.hosts[0], [
      ...HELD,
      'write three 1 0 9 1',
      'await signal 0 2',
      'unlock global three',
      'push three',
    ]);
    await untilHeld(world);
    await lines(world.hosts[1], ['lock global three']);
    await lines(world.hosts[0], ['map signal 1 0 1', 'poke signal 0 2 1 1']);
    assert.equal(failure(await holder).code, 'state.fenced');
    assert.deepEqual(await lines(world.hosts[1], ['size three']), ['0']);
  },

  'a lease is renewed for as long as the call has its lock': async (make) => {
    const world = await make.own({ leaseMs: SHORT_LEASE_MS });
    const holder = lines(world.hosts[0], [
      ...HELD,
      `sleep ${5 * SHORT_LEASE_MS}`,
      'write three 1 0 1 1',
      'push three',
    ]);
    await untilHeld(world);
    await lines(world.hosts[1], ['lock global three', 'pull three 1', 'write three 1 0 2 1', 'push three']);
    await holder;
    assert.deepEqual(await lines(world.hosts[0], ['pull three 1', 'read three 1 0 1']), ['2x1']);
  },
};
