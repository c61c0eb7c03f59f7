import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LocalLocks, type LockHolder, type LockMode } from './local-locks.ts';

const NAME = 'demo/weights';

/** The lock in the order in which all came who are there, from which follows who has it. */
class Model {
  readonly #present: { readonly holder: LockHolder; readonly mode: LockMode }[] = [];

  come(holder: LockHolder, mode: LockMode): void {
    this.#present.push({ holder, mode });
  }

  leave(holder: LockHolder): boolean {
    const at = this.#present.findIndex((one) => one.holder === holder);
    if (at >= 0) this.#present.splice(at, 1);
    return at >= 0;
  }

  /** The first alone if it is a writer, else all readers before the first writer. */
  holders(): LockHolder[] {
    const [first] = this.#present;
    if (first?.mode === 'write') return [first.holder];
    const writer = this.#present.findIndex(({ mode }) => mode === 'write');
    return this.#present.slice(0, writer < 0 ? undefined : writer).map(({ holder }) => holder);
  }
}

const step = fc.record({ who: fc.nat(5), mode: fc.constantFrom<LockMode>('read', 'write') });

test('LocalLocks grants in the order in which all came: readers share, nobody overtakes a writer', async () => {
  const property = fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
    const locks = new LocalLocks();
    const model = new Model();
    const everybody = Array.from({ length: 6 }, (_, i) => ({ name: `call-${i}` }));
    const present = new Set<LockHolder>();
    const told = new Set<LockHolder>();
    for (const { who, mode } of steps) {
      const holder = everybody[who];
      assert.ok(holder);
      if (present.delete(holder)) {
        // Whether it holds the lock or waits.
        assert.equal(locks.leave(NAME, holder), model.leave(holder));
        told.delete(holder);
      } else {
        present.add(holder);
        model.come(holder, mode);
        const granted = locks.acquire(NAME, { holder, mode });
        if (granted === undefined) told.add(holder);
        else void granted.then(() => told.add(holder));
      }
      await new Promise((turn) => setImmediate(turn));
      const holders = everybody.filter((one) => locks.modeOf(NAME, one) !== undefined);
      assert.deepEqual(new Set(holders), new Set(model.holders()));
      assert.deepEqual(told, new Set(holders));
      assert.equal(locks.holderOf(NAME) === undefined, holders.length === 0);
    }
  });
  await fc.assert(property, { numRuns: 100 });
});

test('LocalLocks.leave takes a writer out of the line, and readers behind it join those before', async () => {
  const locks = new LocalLocks();
  const [one, writer, two] = [{ name: 'one' }, { name: 'writer' }, { name: 'two' }];
  assert.equal(locks.acquire(NAME, { holder: one, mode: 'read' }), undefined);
  assert.ok(locks.acquire(NAME, { holder: writer, mode: 'write' }));
  const granted = locks.acquire(NAME, { holder: two, mode: 'read' });
  assert.ok(granted);
  assert.equal(locks.leave(NAME, writer), true);
  await granted;
  assert.equal(locks.modeOf(NAME, two), 'read');
  assert.equal(locks.leave(NAME, writer), false);
});

test('LocalLocks.leave of a call does not concern the same call when it runs again', async () => {
  const locks = new LocalLocks();
  const [before, again] = [{ name: 'call' }, { name: 'call' }];
  assert.equal(locks.acquire(NAME, { holder: before, mode: 'write' }), undefined);
  const granted = locks.acquire(NAME, { holder: again, mode: 'write' });
  locks.leave(NAME, before);
  await granted;
  assert.equal(locks.leave(NAME, before), false);
  assert.equal(locks.modeOf(NAME, again), 'write');
});
