import type { Clock } from '@faasm/stdx';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Alarms, type Alarmed } from './alarms.ts';

/** A clock whose timers fire when the test moves it. */
class MovedClock implements Clock {
  #nowMs = 0;
  readonly timers = new Set<{ readonly at: number; readonly fire: () => void }>();

  now(): number {
    return this.#nowMs;
  }

  monotonic(): number {
    return this.#nowMs;
  }

  after(delayMs: number, fire: () => void): () => void {
    const timer = { at: this.#nowMs + delayMs, fire };
    this.timers.add(timer);
    return () => {
      this.timers.delete(timer);
    };
  }

  pass(ms: number): void {
    this.#nowMs += ms;
    for (const timer of this.timers) {
      if (timer.at > this.#nowMs) continue;
      this.timers.delete(timer);
      timer.fire();
    }
  }
}

interface Waiter extends Alarmed {
  readonly at: number;
  told: number;
}

type Step = { readonly add: number } | { readonly remove: number } | { readonly pass: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ add: fc.integer({ min: -5, max: 500 }) }),
  fc.record({ remove: fc.nat() }),
  fc.record({ pass: fc.integer({ min: 1, max: 200 }) }),
);

test('Alarms tells each of those that wait once, when its time has come, with one timer at most (I9)', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const clock = new MovedClock();
      const alarms = new Alarms<Waiter>(clock);
      const waiting: Waiter[] = [];
      for (const each of steps) {
        if ('add' in each) {
          const at = clock.now() + each.add;
          const waiter: Waiter = {
            at,
            dueAt: 0,
            place: -1,
            told: 0,
            due: () => {
              waiter.told += 1;
            },
          };
          waiting.push(waiter);
          alarms.add(waiter, at);
        } else if ('remove' in each && waiting.length > 0) {
          const [removed] = waiting.splice(each.remove % waiting.length, 1);
          if (removed !== undefined) alarms.remove(removed);
        } else if ('pass' in each) {
          clock.pass(each.pass);
          for (const { at, told } of waiting) assert.equal(told, at <= clock.now() ? 1 : 0);
        }
        assert.deepEqual(new Set(alarms.waiting), new Set(waiting));
        assert.ok(clock.timers.size <= 1);
      }
      for (const waiter of waiting) alarms.remove(waiter);
      // Nobody waits, so that it is the last one and nothing keeps the process alive.
      clock.pass(100);
      assert.equal(clock.timers.size, 0);
    }),
  );
});
