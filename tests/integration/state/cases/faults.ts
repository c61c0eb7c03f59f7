import { FaasmError } from '@faasm/protocol';
import assert from 'node:assert/strict';
import { endGuestThreads } from '../guest-threads.ts';
import type { HostCases } from '../host-cases.ts';
import { tierBehind, tierWith } from '../tier-with.ts';
import { failure, lines, run } from '../two-hosts.ts';

const SHORT_TIMEOUT_MS = 700;

/** Longer than a call may last, in milliseconds. */
const LATE_MS = 2 * SHORT_TIMEOUT_MS;

/** What happens to state when threads die, and when the global tier is gone or slow. */
export const FAULT_CASES: HostCases = {
  'a thread that dies in the middle of a push keeps its lock until the push was made (I7)': async (make) => {
    const begun = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const world = await make.own({
      wrap: (tier, host) =>
        host === 1
          ? tier
          : tierWith(tier, {
              push: async (key, push) => {
                begun.resolve();
                await gate.promise;
                return await tier.push(key, push);
              },
            }),
    });
    const [host, elsewhere] = world.hosts;
    const dying = run(host, ['lock global key', 'write key 4 0 1 4', 'push key']);
    await begun.promise;
    const next = lines(elsewhere, [
      'lock global key',
      'pull key 4',
      'write key 4 3 2 1',
      'push key',
      'read key 4 0 4',
    ]);
    await endGuestThreads();
    const { code } = failure(await dying);
    assert.equal(code, 'call.host_lost');
    gate.resolve();
    // That guest died too; its lock is free, as is the first one's.
    await next.catch(() => undefined);
    const after = ['lock global key', 'pull key 4', 'read key 4 0 3'];
    assert.deepEqual(await lines(elsewhere, after), ['1x3']);
    assert.deepEqual(await lines(host, after), ['1x3']);
  },

  'a global tier that is gone fails calls that need it, keeps what was changed, and is used when it is back':
    async (make) => {
      let isGone = false;
      const gone = async (): Promise<void> => {
        if (isGone) throw new FaasmError('state.unavailable', 'State is not available');
        await Promise.resolve();
      };
      const world = await make.own({ wrap: (tier, host) => (host === 1 ? tier : tierBehind(tier, gone)) });
      const [host, elsewhere] = world.hosts;
      await lines(host, ['write key 8 0 1 8', 'push key', 'increment count 1']);
      isGone = true;
      const commands = [
        'push key',
        'pull key 8',
        'lock global key',
        'increment count 1',
        'delete key',
        'set key 1 1 8',
        'write new 1 0 1 1',
      ];
      for (const command of commands) {
        const { code, message } = failure(await run(host, ['write key 8 2 2 4', command]));
        assert.deepEqual([code, message], ['state.unavailable', 'State is not available'], command);
      }
      // What this host has can be used, and locks of this host too.
      assert.deepEqual(await lines(host, ['lock write key', 'read key 8 0 8']), ['1x2 2x4 1x2']);
      isGone = false;
      await lines(host, ['push key']);
      assert.deepEqual(await lines(elsewhere, ['read key 8 0 8', 'count count']), ['1x2 2x4 1x2', '1']);
    },

  'a lock whose release found no global tier is free again after its lease': async (make) => {
    const world = await make.own({
      leaseMs: 300,
      wrap: (tier, host) =>
        host === 1
          ? tier
          : tierWith(tier, {
              unlock: async () => {
                await Promise.resolve();
                throw new FaasmError('state.unavailable', 'State is not available');
              },
            }),
    });
    await lines(world.hosts[0], ['lock global key']);
    for (const host of world.hosts) await lines(host, ['lock global key']);
  },

  'a call that waits for a slow global tier ends by its deadline, and the next gets its answers (I9)': async (
    make,
  ) => {
    let lateMs = 0;
    const late = async (): Promise<void> => {
      await new Promise((done) => setTimeout(done, lateMs));
    };
    const world = await make.own({ wrap: (tier, host) => (host === 1 ? tier : tierBehind(tier, late)) });
    const [host, elsewhere] = world.hosts;
    await lines(host, ['write key 8 0 1 8', 'push key']);
    lateMs = LATE_MS;
    for (const command of [
      'pull key 8',
      'lock global key',
      'version key',
      'increment count 1',
      'read new 8 0 1',
    ]) {
      const { code } = failure(await run(host, [command], { timeoutMs: SHORT_TIMEOUT_MS }));
      assert.equal(code, 'call.deadline', command);
    }
    // A push that nobody waits for any more is made nevertheless; its call's lock is given back after it.
    const push = ['lock global key', 'pull key 8', 'write key 8 1 2 1', 'push key'];
    lateMs = 0;
    await lines(host, push);
    assert.deepEqual(await lines(elsewhere, ['lock global key', 'pull key 8', 'read key 8 0 8']), [
      '1x1 2x1 1x6',
    ]);
  },

  'a push of a call that ended meanwhile is made whole, under its lock': async (make) => {
    const begun = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const world = await make.own({
      wrap: (tier, host) =>
        host === 1
          ? tier
          : tierWith(tier, {
              push: async (key, push) => {
                begun.resolve();
                await gate.promise;
                return await tier.push(key, push);
              },
            }),
    });
    const [host, elsewhere] = world.hosts;
    const cancel = new AbortController();
    const pushing = run(host, ['lock global key', 'write key 4 0 1 4', 'push key'], {
      signal: cancel.signal,
    });
    await begun.promise;
    cancel.abort();
    assert.equal(failure(await pushing).code, 'call.cancelled');
    const refused = failure(await run(elsewhere, ['write key 4 0 2 4', 'push key']));
    assert.equal(refused.code, 'state.locked');
    gate.resolve();
    assert.deepEqual(await lines(elsewhere, ['lock global key', 'pull key 4', 'read key 4 0 4']), ['1x4']);
  },
};
