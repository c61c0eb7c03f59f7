import { sampleCall, TurnBook } from '@faasm/scheduler/contracts';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallEntry } from './call-entry.ts';
import { FairQueue } from './fair-queue.ts';

const WEIGHTS: Readonly<Record<string, number>> = { a: 1, b: 1, c: 3, d: 0.5 };

function weightOf(user: string): number {
  return WEIGHTS[user] ?? 1;
}

/** A simple model: a list of all that waits, which finds the oldest of a user by looking at each. */
class Model {
  waiting: CallEntry[] = [];
  readonly #turns = new TurnBook(weightOf);

  add(entry: CallEntry): void {
    this.waiting.push(entry);
    this.#turns.waits(entry.line.user);
  }

  /** Fails when it was the turn of another user, or of an older call. Users in `except` were passed over. */
  take(taken: CallEntry | undefined, except: ReadonlySet<string> = new Set()): void {
    const all = new Set(this.waiting.map(({ line }) => line.user));
    const users = all.difference(except);
    assert.equal(taken === undefined, users.size === 0);
    if (taken === undefined) {
      if (all.size > 0) this.#turns.allPassedOver(all);
      return;
    }
    assert.ok(users.has(taken.line.user));
    this.#turns.take(taken.line.user, users);
    const own = this.waiting.filter(({ line }) => line === taken.line);
    assert.equal(taken.place, Math.min(...own.map(({ place }) => place)));
    this.remove(taken);
  }

  remove(entry: CallEntry): void {
    this.waiting = this.waiting.filter((other) => other !== entry);
    if (this.waiting.length === 0) this.#turns.nobodyWaits();
  }
}

/** Calls of users, numbered in the order in which they are made. */
function entries(queue: FairQueue): (user: string) => CallEntry {
  let place = 0;
  return (user) => {
    place += 1;
    const call = sampleCall({ function: { user, name: 'echo' } });
    const line = queue.line(user);
    line.outstanding += 1;
    return new CallEntry(call, { line, place });
  };
}

/** What the backend does when a call has ended. */
function end({ line }: CallEntry, queue: FairQueue): void {
  line.outstanding -= 1;
  queue.forgetIfIdle(line);
}

test('FairQueue gives turns and order as a simple model does, and forgets every user, whatever comes and goes', () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ add: fc.constantFrom('a', 'b', 'c', 'd') }) },
    { weight: 3, arbitrary: fc.constant('take' as const) },
    { weight: 2, arbitrary: fc.record({ except: fc.subarray(['a', 'b', 'c', 'd']) }) },
    { weight: 1, arbitrary: fc.record({ remove: fc.nat() }) },
    { weight: 1, arbitrary: fc.constant('hand back' as const) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
      const queue = new FairQueue(weightOf);
      const model = new Model();
      const entryOf = entries(queue);
      const taken: CallEntry[] = [];
      const taking = (): void => {
        const entry = queue.take();
        model.take(entry);
        if (entry !== undefined) taken.push(entry);
      };
      for (const each of steps) {
        if (each === 'take') taking();
        else if (typeof each === 'object' && 'except' in each) {
          const except = new Set(each.except);
          const entry = queue.takeOther(except);
          model.take(entry, except);
          if (entry !== undefined) taken.push(entry);
        } else if (each === 'hand back') {
          const entry = taken.pop();
          if (entry === undefined) continue;
          queue.add(entry);
          model.add(entry);
        } else if ('add' in each) {
          const entry = entryOf(each.add);
          queue.add(entry);
          model.add(entry);
        } else {
          const entry = model.waiting[each.remove % Math.max(1, model.waiting.length)];
          if (entry === undefined) continue;
          queue.remove(entry);
          model.remove(entry);
          end(entry, queue);
        }
        assert.equal(queue.length, model.waiting.length);
      }
      while (queue.length > 0) taking();
      for (const entry of taken) end(entry, queue);
      assert.equal(queue.users, 0);
    }),
  );
});

test('FairQueue remembers a user whose turn is not over, and forgets the user after it', () => {
  const queue = new FairQueue(weightOf);
  const entryOf = entries(queue);
  for (let i = 0; i < 3; i++) queue.add(entryOf('a'));
  const single = entryOf('b');
  queue.add(single);
  while (queue.take() !== single);
  end(single, queue);
  assert.equal(queue.users, 2);
  queue.take();
  queue.take();
  assert.equal(queue.users, 1);
});

test('FairQueue takes from thousands of users in turns', () => {
  const queue = new FairQueue(() => 1);
  const entryOf = entries(queue);
  const users = Array.from({ length: 3_000 }, (_, index) => `user${index}`);
  for (let round = 0; round < 3; round++) for (const user of users) queue.add(entryOf(user));
  for (let round = 0; round < 3; round++) {
    for (const user of users) {
      const entry = queue.take() ?? assert.fail();
      assert.equal(entry.line.user, user);
      end(entry, queue);
    }
  }
  assert.equal(queue.users, 0);
});
