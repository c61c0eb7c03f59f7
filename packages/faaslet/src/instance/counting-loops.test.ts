import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assemble, I32, OP, type Code } from '../testing/index.ts';
import { checkedEngine, type AskedScheduler } from './checked-engine-under-test.ts';

/** A loop that adds `step` to a variable until it meets `end`, or until it was gone through too often. */
interface CountingLoop {
  readonly from: number;
  readonly step: number;
  readonly end: number;
  /** Whether `end` is a variable, and whether it comes first in the comparison. */
  readonly endIs: 'constant' | 'variable' | 'variable first';
  /** Whether the loop has a parameter. */
  readonly takes: boolean;
  /** Whether there is another way back to its beginning, and what it writes besides, so that it does not count after all: every second time, one more. */
  readonly goesBack: boolean;
  readonly writes: 'nothing' | 'its variable' | 'its end';
}

/** Every fourth time some loops go back to their beginning without a step. */
const BACK_MASK = 3;

/** Locals of the loop's function, which are its parameters. */
const [I, END, SUM, LEFT, TAKEN] = [0, 1, 2, 3, 4];
const ITERATIONS_MAX = 3_000;
const [I32_EQZ, I32_NE, I32_MUL, I32_AND, BR_IF, DROP] = [0x45, 0x47, 0x6c, 0x71, 0x0d, 0x1a];
const set = (local: number): Code => [0x21, local];
const tee = (local: number): Code => [0x22, local];

/** Its entry notes what the loop made of its numbers. */
function program({ from, step, end, endIs, takes, goesBack, writes }: CountingLoop): Uint8Array<ArrayBuffer> {
  const stepped = [OP.localGet(I), OP.i32(step), OP.i32Add, ...tee(I)];
  const condition: Code = {
    constant: [...stepped, OP.i32(end), I32_NE],
    variable: [...stepped, OP.localGet(END), I32_NE],
    'variable first': [OP.localGet(END), ...stepped, I32_NE],
  }[endIs];
  const written = { nothing: undefined, 'its variable': I, 'its end': END }[writes];
  const write =
    written === undefined
      ? []
      : [OP.localGet(written), OP.localGet(LEFT), OP.i32(1), I32_AND, OP.i32Add, ...set(written)];
  const sum = [OP.localGet(SUM), OP.i32(31), I32_MUL, OP.localGet(I), OP.i32Add, ...set(SUM)];
  const giveUp = [OP.localGet(LEFT), OP.i32(-1), OP.i32Add, ...tee(LEFT), I32_EQZ, BR_IF, 1];
  const taken = takes ? [OP.localGet(TAKEN)] : [];
  const dropped = takes ? [DROP] : [];
  const back = [...taken, OP.localGet(LEFT), OP.i32(BACK_MASK), I32_AND, I32_EQZ, BR_IF, 0, ...dropped];
  const ways = [...(goesBack ? back : []), ...taken, ...condition, BR_IF, 0];
  const around = [...sum, ...write, ...giveUp, ...ways];
  const body = takes ? [...set(TAKEN), ...around, DROP] : around;
  const loop = takes ? [OP.i32(5), 0x03, TAKES_I32, ...body, OP.end] : [OP.loop, ...body, OP.end];
  const values = [from, end, 7, ITERATIONS_MAX, 0].map((value) => OP.i32(value));
  return assemble({
    imports: [{ from: 'env', name: 'note', parameters: [I32] }],
    functions: [
      { name: '_start', body: [...values, OP.call(LOOP), OP.call(0)] },
      {
        parameters: [I32, I32, I32, I32, I32],
        results: [I32],
        body: [...BLOCK, ...loop, OP.end, ...result()],
      },
    ],
  });
}

/** The function with the loop, and the type `(i32) -> ()`, which is that of the import. */
const [LOOP, TAKES_I32] = [2, 0];
const BLOCK: Code = [0x02, 0x40];

function result(): Code {
  return [OP.localGet(SUM), OP.localGet(I), I32_MUL, OP.localGet(LEFT), OP.i32Add];
}

const loops: fc.Arbitrary<CountingLoop> = fc
  .record({
    from: fc.oneof(
      fc.integer({ min: -50, max: 50 }),
      fc.constantFrom(0x7fff_ff00, -0x8000_0000, -1),
      fc.integer(),
    ),
    step: fc.oneof(
      fc.constantFrom(1, -1, 2, 4, -8, 3, 24, -5, 1_024, 1_025),
      fc.integer({ min: -40, max: 40 }),
    ),
    iterations: fc.nat(2_500),
    beside: fc.constantFrom(0, 0, 0, 1),
    endIs: fc.constantFrom('constant' as const, 'variable' as const, 'variable first' as const),
    takes: fc.boolean(),
    goesBack: fc.constantFrom(false, false, true),
    writes: fc.constantFrom(
      'nothing' as const,
      'nothing' as const,
      'its variable' as const,
      'its end' as const,
    ),
  })
  .map(({ iterations, beside, ...loop }) => {
    const end = (loop.from + loop.step * iterations + beside) | 0;
    return Object.assign(loop, { end });
  });

/** Counts the checks, none of which suspends. */
class CountsPauses implements AskedScheduler {
  pauses = 0;
  ask: () => void = () => undefined;

  shouldPause(): boolean {
    this.pauses += 1;
    this.ask();
    return false;
  }

  paused(_: unknown, resume: () => void): void {
    resume();
  }

  waits(): void {
    throw new TypeError('A guest waits that has no host function to wait in');
  }
}

for (const checkInterval of [2, 3, 64]) {
  test(`A loop that counts runs as it did, and checks as often as others do, at intervals of ${checkInterval}`, async () => {
    const scheduler = new CountsPauses();
    let noted: number | undefined;
    const env = { note: (value: number) => (noted = value) };
    const engine = checkedEngine({ checkInterval, scheduler, env });
    let iterations = 0;
    const property = fc.asyncProperty(loops, async (loop) => {
      const bytes = program(loop);
      const { _start } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env }).exports;
      if (typeof _start === 'function') _start();
      const expected = noted;
      noted = undefined;
      const proto = await engine.initialize(bytes);
      assert.ok(!('outcome' in proto));
      scheduler.ask();
      scheduler.pauses = 0;
      const { outcome } = await engine.faaslet(proto).run(engine.guest());
      assert.deepEqual({ type: outcome.type, noted }, { type: 'success', noted: expected });
      const gone = iterationsOf(loop);
      iterations += gone;
      const least = Math.floor((gone - 1) / checkInterval);
      assert.ok(scheduler.pauses >= least, `${scheduler.pauses} checks in ${gone} iterations`);
    });
    await fc.assert(property, { numRuns: 300 });
    assert.ok(iterations > 100_000, `${iterations} iterations`);
  });
}

/** How often the loop is gone through. */
function iterationsOf({ from, step, end, endIs, goesBack, writes }: CountingLoop): number {
  let [at, last, gone] = [from, end, 0];
  do {
    const more = (ITERATIONS_MAX - gone) & 1;
    if (writes === 'its variable') at += more;
    if (writes === 'its end' && endIs !== 'constant') last = (last + more) | 0;
    gone += 1;
    if (goesBack && ((ITERATIONS_MAX - gone) & BACK_MASK) === 0) continue;
    at = (at + step) | 0;
  } while (gone < ITERATIONS_MAX && at !== last);
  return gone;
}
