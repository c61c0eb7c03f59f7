import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HostRecord, HostRegistry } from './host-registry.ts';

/** An empty registry that a test has for itself. */
export interface RegistryUnderTest {
  readonly registry: HostRegistry;
  /** What another process sees; the same object where there is but one process. */
  join(): Promise<HostRegistry>;
  close(): Promise<void>;
}

/** Makes an empty registry with the time to live that is given. */
export type MakeRegistry = (options: { readonly ttlMs: number }) => Promise<RegistryUnderTest>;

/** After this a test that waits for what never comes has failed. */
const TEST_TIMEOUT_MS = 60_000;

const LONG_MS = 60_000;
const SHORT_MS = 50;

/** How often a test looks whether a host has gone, which nothing tells of. */
const LOOK_AGAIN_MS = 10;

/** Registers the tests that every {@link HostRegistry} passes. */
export function hostRegistryContract(name: string, makeRegistry: MakeRegistry): void {
  describe(`${name} as HostRegistry`, () => {
    for (const [title, { ttlMs, run }] of Object.entries(CASES)) {
      it(title, { timeout: TEST_TIMEOUT_MS }, async () => {
        const world = await makeRegistry({ ttlMs });
        try {
          await run(world);
        } finally {
          await world.close();
        }
      });
    }
  });
}

function host(id: string, given: Partial<HostRecord> = {}): HostRecord {
  return { id, slots: 4, busy: 0, startedAt: 1_700_000_000_000, draining: false, ...given };
}

const CASES: Record<string, { ttlMs: number; run: (world: RegistryUnderTest) => Promise<void> }> = {
  'HostRegistry.list gives every announced host by id, to every process': {
    ttlMs: LONG_MS,
    run: async (world) => {
      const { registry } = world;
      assert.deepEqual(await registry.list(), []);
      const other = await world.join();
      await registry.announce(host('b'));
      await other.announce(host('c', { draining: true }));
      await registry.announce(host('a', { slots: 1, busy: 1 }));
      const expected = [host('a', { slots: 1, busy: 1 }), host('b'), host('c', { draining: true })];
      assert.deepEqual(await registry.list(), expected);
      assert.deepEqual(await other.list(), expected);
    },
  },

  'HostRegistry.announce replaces what was known of the host': {
    ttlMs: LONG_MS,
    run: async ({ registry }) => {
      await registry.announce(host('a'));
      await registry.announce(host('a', { busy: 3, draining: true }));
      assert.deepEqual(await registry.list(), [host('a', { busy: 3, draining: true })]);
    },
  },

  'HostRegistry.withdraw removes a host at once and does not mind an unknown one': {
    ttlMs: LONG_MS,
    run: async ({ registry }) => {
      await registry.announce(host('a'));
      await registry.announce(host('b'));
      await registry.withdraw('a');
      await registry.withdraw('never-seen');
      assert.deepEqual(await registry.list(), [host('b')]);
    },
  },

  'HostRegistry.list forgets a host that is not announced again': {
    ttlMs: SHORT_MS,
    run: async ({ registry }) => {
      await registry.announce(host('a'));
      while ((await registry.list()).length > 0) await new Promise((tick) => setTimeout(tick, LOOK_AGAIN_MS));
      await registry.withdraw('a');
      assert.deepEqual(await registry.list(), []);
    },
  },

  'HostRegistry.ping answers true': {
    ttlMs: LONG_MS,
    run: async ({ registry }) => {
      assert.equal(await registry.ping(), true);
    },
  },
};
