import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brokenSeeds, PLANTED } from './linearizability.ts';
import { memoryTier } from './two-hosts.ts';

/** Histories of 6 clients with 8 operations each, and more for a lock. */
const HISTORIES = 40;

for (const kind of ['register', 'lock'] as const) {
  test(`GlobalTier in memory: recorded histories of a ${kind} are linearizable (I6)`, async () => {
    assert.deepEqual(await brokenSeeds(kind, HISTORIES, { makeTier: memoryTier }), []);
  });
}

for (const [name, { kind, plant }] of Object.entries(PLANTED)) {
  test(`isLinearizable finds ${name} (I6)`, async () => {
    const broken = await brokenSeeds(kind, HISTORIES, { makeTier: memoryTier, plant });
    assert.ok(broken.length > 0);
  });
}
