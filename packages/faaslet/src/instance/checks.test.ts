import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Guest } from '../guest.ts';
import { LoneGuest } from '../testing/index.ts';
import { checkedEngine } from './checked-engine-under-test.ts';
import { controlProgram } from './control-program-under-test.ts';

interface Seen {
  readonly notes: readonly number[];
  /** What ended it; undefined when it returned. */
  readonly trap: string | undefined;
}

let notes: number[] = [];

const env = {
  note: (value: number) => notes.push(value),
  fail: (): never => {
    throw new Error('Thrown by the host');
  },
};

/** Suspends at every check, and asks for the next one at once. */
class PausesAlways extends LoneGuest {
  pauses = 0;
  ask: () => void = () => undefined;

  override shouldPause(): boolean {
    this.ask();
    return true;
  }

  override paused(guest: Guest, resume: () => void): void {
    this.pauses += 1;
    super.paused(guest, resume);
  }
}

function unprepared(bytes: Uint8Array<ArrayBuffer>): Seen {
  notes = [];
  const { _start } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env }).exports;
  try {
    if (typeof _start === 'function') _start();
    return { notes, trap: undefined };
  } catch (error) {
    assert.ok(error instanceof Error);
    return { notes, trap: error.message };
  }
}

for (const checkInterval of [0, 2, 3, 1_024]) {
  test(`Checks change nothing that a guest sees, at intervals of ${checkInterval}, paused at each`, async () => {
    const scheduler = new PausesAlways();
    const engine = checkedEngine({ checkInterval, scheduler, env });
    let trapped = 0;
    const property = fc.asyncProperty(fc.uint8Array({ minLength: 20, maxLength: 300 }), async (tape) => {
      const bytes = controlProgram(tape);
      const expected = unprepared(bytes);
      const proto = await engine.initialize(bytes);
      assert.ok(!('outcome' in proto));
      const faaslet = engine.faaslet(proto);
      for (let i = 0; i < 2; i++) {
        notes = [];
        scheduler.ask();
        const { outcome } = await faaslet.run(engine.guest());
        const trap = outcome.type === 'error' ? outcome.message : undefined;
        assert.deepEqual({ notes, trap }, expected);
        faaslet.reset();
      }
      if (expected.trap !== undefined) trapped += 1;
    });
    await fc.assert(property, { numRuns: 300 });
    assert.ok(trapped > 10 && trapped < 290, `${trapped} of 300 programs trapped`);
    // Without checks in the guest's own code there are those at host calls.
    assert.ok(scheduler.pauses > 1_000, `${scheduler.pauses} pauses`);
  });
}
