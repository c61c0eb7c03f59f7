import type { MakeTier } from '@faasm/state/contracts';
import assert from 'node:assert/strict';
import { LIMIT_CASES } from '../cases/limits.ts';
import { LOCK_CASES } from '../cases/locks.ts';
import { SHARING_CASES } from '../cases/sharing.ts';
import { countingCases } from '../cases/counting.ts';
import type { HostCases } from '../host-cases.ts';
import { runState } from '../state-executor.ts';
import { twoHosts, type HostOptions, type Hosts } from '../two-hosts.ts';

/** A mutant may let a guest wait for ever, in milliseconds. */
const TIMEOUT_MS = 2_500;

/** The module of the checks may have to be compiled first, in milliseconds. */
const COLD_TIMEOUT_MS = 10_000;

/** The program that makes each call first, then cases in which hosts or calls meet. */
const CHECKS: HostCases = {
  'guests/calls/state': async (make) => {
    const { hosts } = await make.shared();
    for (const host of hosts) {
      const user = `${String(host.user)}-${hosts.indexOf(host)}`;
      const { outcome } = await runState(host, 'checks', { user, timeoutMs: COLD_TIMEOUT_MS });
      assert.deepEqual(outcome, { type: 'success' });
    }
  },
  ...SHARING_CASES,
  ...countingCases(2),
  ...Object.fromEntries(Object.entries(LOCK_CASES).filter(([name]) => !name.includes('thread'))),
  ...LIMIT_CASES,
};

let users = 0;

/** The first check that fails on hosts; undefined when all hold, so that what was changed in them goes unseen. */
export async function killedBy(
  shared: () => Promise<Hosts>,
  { makeTier, own }: { makeTier: MakeTier; own: HostOptions },
): Promise<string | undefined> {
  for (const [name, check] of Object.entries(CHECKS)) {
    const closing: (() => Promise<void>)[] = [];
    const scope = { after: (close: () => Promise<void>) => closing.push(close) };
    try {
      await check({
        shared: async () => asNewUser(await shared()),
        own: async (options) =>
          asNewUser(await warm(await twoHosts(scope, makeTier, { ...options, ...own })), 'demo'),
      });
    } catch {
      return name;
    } finally {
      for (const close of closing) await close();
    }
  }
  return undefined;
}

/** Lets threads load and modules be compiled, which is not a call's to wait for here. */
export async function warm(world: Hosts): Promise<Hosts> {
  for (const host of world.hosts) await runState(host, 'worker', { user: 'first' });
  return world;
}

function asNewUser({ tier, hosts }: Hosts, user = `user-${(users += 1)}`): Hosts {
  const timeoutMs = TIMEOUT_MS;
  return {
    tier,
    hosts: [
      { ...hosts[0], user, timeoutMs },
      { ...hosts[1], user, timeoutMs },
    ],
  };
}
