import { functionRef } from '@faasm/protocol';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SNAPSHOTS_KEPT, type SnapshotStore } from './snapshot-store.ts';

/** An empty store that a test has for itself. */
export interface SnapshotStoreUnderTest {
  readonly store: SnapshotStore;
  /** Undoes what making it did. */
  readonly close: () => Promise<void>;
}

const ECHO = functionRef('demo', 'echo');

/** Registers the tests that every {@link SnapshotStore} passes. */
export function snapshotStoreContract(name: string, make: () => Promise<SnapshotStoreUnderTest>): void {
  describe(`${name} as SnapshotStore`, () => {
    for (const [title, run] of Object.entries(CASES)) {
      it(title, async () => {
        const { store, close } = await make();
        try {
          await run(store);
        } finally {
          await close();
        }
      });
    }
  });
}

/** The name of the `i`th snapshot: 64 hexadecimal digits. */
function nameOf(i: number): string {
  return i.toString(16).padStart(64, '0');
}

async function content(store: SnapshotStore, i: number, ref = ECHO): Promise<string | undefined> {
  const bytes = await store.read(ref, nameOf(i));
  return bytes === undefined ? undefined : Buffer.from(bytes).toString();
}

const CASES: Record<string, (store: SnapshotStore) => Promise<void>> = {
  'SnapshotStore.read gives what was written last under a name, and nothing else': async (store) => {
    assert.equal(await content(store, 1), undefined);
    for (const bytes of ['old', 'new'])
      await store.write(ECHO, { name: nameOf(1), bytes: Buffer.from(bytes) });
    assert.equal(await content(store, 1), 'new');
    assert.equal(await content(store, 2), undefined);
  },

  'SnapshotStore keeps users and functions apart (I5)': async (store) => {
    await store.write(ECHO, { name: nameOf(1), bytes: Buffer.from('mine') });
    for (const ref of [functionRef('other', 'echo'), functionRef('demo', 'other')])
      assert.equal(await content(store, 1, ref), undefined);
  },

  'SnapshotStore.write of many at once leaves whole ones': async (store) => {
    const bodies = Array.from({ length: 20 }, (_, i) => Buffer.alloc(100_000, i + 1));
    await Promise.all(bodies.map(async (bytes) => await store.write(ECHO, { name: nameOf(1), bytes })));
    const left = await store.read(ECHO, nameOf(1));
    assert.ok(left !== undefined && bodies.some((body) => body.equals(left)));
  },

  'SnapshotStore keeps the newest snapshots of a function': async (store) => {
    const written = SNAPSHOTS_KEPT + 3;
    for (let i = 0; i < written; i++)
      await store.write(ECHO, { name: nameOf(i), bytes: Buffer.from(`${i}`) });
    const kept = await Promise.all(Array.from({ length: written }, async (_, i) => await content(store, i)));
    assert.equal(kept.filter((found) => found !== undefined).length, SNAPSHOTS_KEPT);
    assert.equal(kept.at(-1), String(written - 1));
  },

  'SnapshotStore.remove takes all snapshots of a function away': async (store) => {
    for (const i of [1, 2]) await store.write(ECHO, { name: nameOf(i), bytes: Buffer.from('x') });
    await store.remove(ECHO);
    await store.remove(ECHO);
    assert.deepEqual([await content(store, 1), await content(store, 2)], [undefined, undefined]);
  },

  'SnapshotStore refuses names that are none': async (store) => {
    for (const name of ['', '../key', 'A'.repeat(64), 'a'.repeat(63)])
      await assert.rejects(store.read(ECHO, name), RangeError);
  },
};
