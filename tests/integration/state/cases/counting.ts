import assert from 'node:assert/strict';
import type { HostCases } from '../host-cases.ts';
import type { StateExecutor } from '../state-executor.ts';
import { lines } from '../two-hosts.ts';

const FAASLETS = 32;
/** For all increments of a call together, in milliseconds. */
const TIMEOUT_MS = 3_600_000;

/** Lets 32 Faaslets on two hosts count the same key at once; what it came to. */
async function count(
  hosts: readonly [StateExecutor, StateExecutor],
  command: string,
  times: number,
): Promise<number> {
  await Promise.all(
    Array.from({ length: FAASLETS }, async (_, i) => {
      const host = i % 2 === 0 ? hosts[0] : hosts[1];
      await lines(host, [`${command} counter ${times}`], { timeoutMs: TIMEOUT_MS });
    }),
  );
  const [total] = await lines(hosts[0], ['pull counter 8', 'count counter']);
  return Number(total);
}

/** Functions that count together, so many times each. */
export function countingCases(times: number): HostCases {
  return {
    'the global lock lets 32 Faaslets on two hosts count exactly (I7)': async (make) => {
      const { hosts } = await make.shared();
      assert.equal(await count(hosts, 'add-locked', times), FAASLETS * times);
    },

    'compare-and-set lets 32 Faaslets on two hosts count exactly (I6)': async (make) => {
      const { hosts } = await make.shared();
      assert.equal(await count(hosts, 'add-set', times), FAASLETS * times);
    },

    'increment lets 32 Faaslets on two hosts count exactly (I6)': async (make) => {
      const { hosts } = await make.shared();
      const script = Array.from({ length: times }, () => 'increment counter 1');
      await Promise.all(
        Array.from({ length: FAASLETS }, async (_, i) => {
          for (let at = 0; at < times; at += 100)
            await lines(i % 2 === 0 ? hosts[0] : hosts[1], script.slice(at, at + 100));
        }),
      );
      assert.deepEqual(await lines(hosts[0], ['pull counter 8', 'count counter']), [`${FAASLETS * times}`]);
    },

    'a local lock lets Faaslets of one host count exactly through a pointer': async (make) => {
      const { hosts } = await make.shared();
      const [host] = hosts;
      const script = [`add-local counter ${times}`, 'flag counter 8 0 8 1', 'push counter'];
      await Promise.all(
        Array.from({ length: FAASLETS }, async () => await lines(host, script, { timeoutMs: TIMEOUT_MS })),
      );
      assert.deepEqual(await lines(hosts[1], ['count counter']), [`${FAASLETS * times}`]);
    },

    'a program that counts without the lock loses counts, which the total shows': async (make) => {
      const { hosts } = await make.shared();
      assert.ok((await count(hosts, 'add-unlocked', times)) < FAASLETS * times);
    },
  };
}
