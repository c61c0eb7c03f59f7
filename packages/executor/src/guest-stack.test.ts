import { I32, OP, type Code, type TestModule } from '@faasm/faaslet/testing';
import { LIMITS } from '@faasm/protocol';
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { codeOf, executorOf, run } from './executor-under-test.ts';
import type { ExecutorOptions } from './executor-options.ts';
import type { Executor } from './executor.ts';

/** Recursion that must be possible whatever a function is like, within reason. */
const DEPTH = 3_000;

/** Values that each of the functions holds while the next one runs: more than most C functions do. */
const VALUES = [0, 8, 28];

/** The smallest stack, the usual one and the largest, in KiB. */
const SIZES = [64, LIMITS.guestStackKib.default, LIMITS.guestStackKib.max];

const WASI = 'wasi_snapshot_preview1';
const IMPORTS: NonNullable<TestModule['imports']> = [
  { from: WASI, name: 'random_get', parameters: [I32, I32], results: [I32] },
  { from: WASI, name: 'fd_write', parameters: [I32, I32, I32, I32], results: [I32] },
];
const [RANDOM, WRITE, RECURSIVE] = [0, 1, 3];

/** What a function that calls itself without end does before. */
const ENDLESS: Readonly<Record<string, Code>> = {
  nothing: [],
  'host-call': [OP.i32(1_024), OP.i32(16), OP.call(RANDOM), OP.drop],
  'log-write': [OP.i32(2), OP.i32(0), OP.i32(1), OP.i32(16), OP.call(WRITE), OP.drop],
  grow: [OP.i32(0), OP.memoryGrow, OP.drop],
  fill: [OP.i32(1_024), OP.i32(1), OP.i32(100_000), OP.memoryFill],
  copy: [OP.i32(1_024), OP.i32(2_048), OP.i32(60_000), OP.memoryCopy],
  'table-grow': [OP.refNull, OP.i32(0), OP.tableGrow, OP.drop],
};

/** Optimised too, as it calls itself: each module is waited for. */
const NOTHING: TestModule = {
  functions: [{ name: '_start', body: [OP.i32(0), 0x04, 0x40, OP.call(0), OP.end] }],
};

function values(count: number, code: Code): Code {
  return Array.from({ length: count }, () => code).flat();
}

/** `f(n) = n == 0 ? 0 : f(n - 1)`, holding `held` values of memory meanwhile. */
function recursion(held: number): TestModule {
  const call: Code = [OP.localGet(0), OP.i32(-1), OP.i32Add, OP.call(1)];
  const load: Code = values(held, [OP.localGet(0), OP.i32Load]);
  const body: Code = [
    ...load,
    OP.localGet(0),
    0x04,
    I32,
    ...call,
    0x05,
    OP.i32(0),
    OP.end,
    ...values(held, [OP.i32Add]),
  ];
  return {
    memory: { min: 1 },
    functions: [
      { name: '_start', body: [OP.i32(DEPTH), OP.call(1), OP.drop] },
      { parameters: [I32], results: [I32], body },
    ],
  };
}

function endless(before: Code): TestModule {
  return {
    imports: IMPORTS,
    memory: { min: 4 },
    table: [RANDOM],
    functions: [
      { name: '_start', body: [OP.call(RECURSIVE), OP.drop] },
      { results: [I32], body: [...before, OP.call(RECURSIVE), OP.i32(1), OP.i32Add] },
    ],
  };
}

/** Each of them recurses thousands of times. */
const CALLS_TO_FULL_SPEED = 20;

/** An executor of these functions, in the tier that is asked for. */
async function readyExecutor(
  t: TestContext,
  modules: Readonly<Record<string, TestModule>>,
  given: Pick<ExecutorOptions, 'tierUpMs' | 'guestStackKib'>,
): Promise<Executor> {
  const executor = executorOf(t, modules, given);
  if (given.tierUpMs === 0) return executor;
  // V8 optimises what is called often.
  for (const name of Object.keys(modules)) {
    for (let i = 0; i < CALLS_TO_FULL_SPEED; i++) await run(executor, name);
  }
  return executor;
}

for (const tierUpMs of [0, 10_000]) {
  const tier = tierUpMs === 0 ? 'as compiled at first' : 'at full speed';

  test(`Executor.run has a stack for a recursion of ${DEPTH} functions, ${tier}`, async (t) => {
    const modules = Object.fromEntries(VALUES.map((held) => [`holds-${held}`, recursion(held)]));
    const guestStackKib = LIMITS.guestStackKib.default;
    const executor = await readyExecutor(t, modules, { tierUpMs, guestStackKib });
    for (const name of Object.keys(modules)) assert.equal(codeOf(await run(executor, name)), 'success', name);
  });

  for (const guestStackKib of SIZES) {
    test(`Executor.run traps a recursion without end on ${guestStackKib} KiB, ${tier}, and goes on (I13)`, async (t) => {
      const entries = Object.entries(ENDLESS).map(([name, before]) => [name, endless(before)] as const);
      const modules = { ...Object.fromEntries(entries), fine: NOTHING };
      const executor = await readyExecutor(t, modules, { tierUpMs, guestStackKib });
      for (const name of Object.keys(ENDLESS)) {
        assert.equal(codeOf(await run(executor, name)), 'guest.trap', name);
        assert.equal(codeOf(await run(executor, 'fine')), 'success', name);
      }
    });
  }
}
