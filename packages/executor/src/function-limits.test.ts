import { I32, I64, OP, type Code, type TestModule } from '@faasm/faaslet/testing';
import { NO_SETTINGS, type SetLimits } from '@faasm/functions';
import { utf8 } from '@faasm/stdx';
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { codeOf, executorOf, run } from './executor-under-test.ts';
import type { ExecutorOptions } from './executor-options.ts';
import type { Executor } from './executor.ts';

const PAGE_BYTES = 65_536;

/** `int main(void)` that grows its memory of 1 page by 3: exits with 1, or with -1 when it could not. */
const GROWS: TestModule = {
  memory: { min: 1 },
  functions: [{ name: 'main', parameters: [I32, I32], results: [I32], body: [OP.i32(3), OP.memoryGrow] }],
};

/** Begins with 2 pages. */
const LARGE: TestModule = { memory: { min: 2 }, functions: [{ name: '_start', body: [] }] };

/** Writes an output of 100 bytes, and 100 bytes to standard error. */
const WRITES: TestModule = {
  imports: [
    { from: 'env', name: '__faasm_write_output', parameters: [I32, I32] },
    {
      from: 'wasi_snapshot_preview1',
      name: 'fd_write',
      parameters: [I32, I32, I32, I32],
      results: [I32],
    },
  ],
  memory: { min: 1 },
  functions: [
    {
      name: '_start',
      body: [
        OP.i32(0),
        OP.i32(1_000),
        OP.i32Store,
        OP.i32(4),
        OP.i32(100),
        OP.i32Store,
        OP.i32(2),
        OP.i32(0),
        OP.i32(1),
        OP.i32(8),
        OP.call(1),
        OP.drop,
        OP.i32(0),
        OP.i32(100),
        OP.call(0),
      ],
    },
  ],
};

interface World {
  readonly executor: Executor;
  /** Chooses the limits of every function. */
  readonly choose: (limits: SetLimits) => void;
}

const WASI = 'wasi_snapshot_preview1';

function createDirectory(pathPointer: number): Code {
  return [OP.i32(3), OP.i32(pathPointer), OP.i32(1), OP.call(0)];
}

const OPEN_ROOT: Code = [
  ...[3, 0, 0, 1, 0].map((value) => OP.i32(value)),
  OP.i64(0),
  OP.i64(0),
  OP.i32(0),
  OP.i32(8),
  OP.call(0),
];

/** Makes the directories `a` and `b`; exits with the second errno. */
const CREATES: TestModule = {
  imports: [{ from: WASI, name: 'path_create_directory', parameters: [I32, I32, I32], results: [I32] }],
  memory: { min: 1 },
  functions: [
    {
      name: 'main',
      parameters: [I32, I32],
      results: [I32],
      body: [...createDirectory(0), OP.drop, ...createDirectory(1)],
    },
  ],
  data: utf8('ab'),
};

/** Opens its root twice; exits with the second errno. */
const OPENS: TestModule = {
  imports: [
    {
      from: WASI,
      name: 'path_open',
      parameters: [I32, I32, I32, I32, I32, I64, I64, I32, I32],
      results: [I32],
    },
  ],
  memory: { min: 1 },
  functions: [
    {
      name: 'main',
      parameters: [I32, I32],
      results: [I32],
      body: [...OPEN_ROOT, OP.drop, ...OPEN_ROOT],
    },
  ],
  data: utf8('.'),
};

const MODULES = { grows: GROWS, large: LARGE, writes: WRITES, creates: CREATES, opens: OPENS };

/** Errors of WASI that the modules below exit with. */
const ERRNO = { nospc: 51, mfile: 33 };

/** The operator allows 16 pages, 1,024 bytes of output and 64 bytes of each log. */
function world(t: TestContext, given: Partial<ExecutorOptions> = {}): World {
  let settings = NO_SETTINGS;
  const versions = {
    resolve: async ({ name }: { name: string }) => await Promise.resolve({ digest: name, settings }),
  };
  const executor = executorOf(t, MODULES, { versions, ...given });
  const choose = (limits: SetLimits): void => {
    settings = { ...NO_SETTINGS, limits };
  };
  return { executor, choose };
}

test("Executor.run holds memory to the function's limit, from the call after it was chosen on", async (t) => {
  const { executor, choose } = world(t);
  const grown = async (): Promise<unknown> => (await run(executor, 'grows')).outcome;
  assert.deepEqual(await grown(), { type: 'exit', exitCode: 1 });
  choose({ memoryBytes: 4 * PAGE_BYTES - 1 });
  assert.deepEqual(await grown(), { type: 'exit', exitCode: -1 });
  assert.deepEqual(await grown(), { type: 'exit', exitCode: -1 });
  choose({ memoryBytes: 4 * PAGE_BYTES });
  assert.deepEqual(await grown(), { type: 'exit', exitCode: 1 });
});

test('Executor.run refuses a function whose memory begins over its limit, and names both', async (t) => {
  const { executor, choose } = world(t);
  choose({ memoryBytes: PAGE_BYTES });
  const result = await run(executor, 'large');
  assert.equal(codeOf(result), 'guest.memory_limit');
  assert.match(JSON.stringify(result.outcome), /begins with 131072 bytes, over the limit of 65536 bytes/);
  choose({});
  assert.equal(codeOf(await run(executor, 'large')), 'success');
});

test("Executor.run holds output and logs to the function's limits", async (t) => {
  const { executor, choose } = world(t);
  choose({ outputBytes: 100, logBytes: 7 });
  const fits = await run(executor, 'writes');
  assert.deepEqual([codeOf(fits), fits.output.byteLength, fits.stderr.byteLength], ['success', 100, 7]);
  choose({ outputBytes: 99 });
  const over = await run(executor, 'writes');
  assert.deepEqual([codeOf(over), over.stderr.byteLength], ['guest.output_limit', 64]);
});

test("Executor.run holds files and descriptors to the function's limits", async (t) => {
  const { executor, choose } = world(t);
  const errno = async (name: string): Promise<unknown> => (await run(executor, name)).outcome;
  assert.deepEqual(await errno('creates'), { type: 'success' });
  choose({ writtenEntries: 1 });
  assert.deepEqual(await errno('creates'), { type: 'exit', exitCode: ERRNO.nospc });
  choose({ writtenEntries: 2 });
  assert.deepEqual(await errno('creates'), { type: 'success' });
  assert.deepEqual(await errno('opens'), { type: 'success' });
  choose({ descriptors: 6 });
  assert.deepEqual(await errno('opens'), { type: 'exit', exitCode: ERRNO.mfile });
});

test("Executor.run holds a function to the operator's limits, whatever was chosen", async (t) => {
  const limits = { memoryBytes: 2 * PAGE_BYTES, outputBytes: 99, logBytes: 5 };
  const { executor, choose } = world(t, { limits });
  choose({ memoryBytes: 100 * PAGE_BYTES, outputBytes: 1_000, logBytes: 1_000 });
  assert.deepEqual((await run(executor, 'grows')).outcome, { type: 'exit', exitCode: -1 });
  const over = await run(executor, 'writes');
  assert.deepEqual([codeOf(over), over.stderr.byteLength], ['guest.output_limit', 5]);
});

test('Executor.prepareNewVersions makes a function ready for limits that were chosen since its last call', async (t) => {
  const { executor, choose } = world(t);
  await run(executor, 'grows');
  choose({ logBytes: 3 });
  await executor.prepareNewVersions();
  await run(executor, 'grows');
  const readings = executor.faaslets().map(({ idle, restoredCalls }) => [idle, restoredCalls]);
  assert.deepEqual(
    readings,
    [
      [1, 1],
      [1, 1],
    ],
    'Faaslets of other limits are others',
  );
});

test('Executor holds the arguments of host calls to the bounds that it is given', async (t) => {
  const random: TestModule = {
    imports: [{ from: 'wasi_snapshot_preview1', name: 'random_get', parameters: [I32, I32], results: [I32] }],
    memory: { min: 1 },
    functions: [
      {
        name: 'main',
        parameters: [I32, I32],
        results: [I32],
        body: [OP.i32(0), OP.i32(500), OP.call(0)],
      },
    ],
  };
  for (const [randomBytes, type] of [
    [500, 'success'],
    [499, 'exit'],
  ] as const) {
    const argumentBounds = { buffers: 1, randomBytes, subscriptions: 1 };
    const executor = executorOf(t, { random }, { argumentBounds });
    assert.equal(codeOf(await run(executor, 'random')), type);
  }
});
