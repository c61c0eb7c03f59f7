import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import { assemble, OP } from '@faasm/faaslet/testing';
import { NO_SETTINGS } from '@faasm/functions';
import { DEFAULT_ARGUMENT_BOUNDS } from '@faasm/host-interface';
import { functionRef, type Call } from '@faasm/protocol';
import { EMPTY_BYTES, sortableId, systemClock } from '@faasm/stdx';
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { EXECUTOR_EVENTS } from './executor-events.ts';
import { Executor } from './executor.ts';
import { BRIEF, ENDLESS } from './sleeping-guests-under-test.ts';

/** As many as wait in one test below, and some. */
const SLEEPERS = 400;

/** A version that the store never comes to hand over. */
const UNREADABLE = 'while it is read';

/** Functions of any user; a version's digest is its name. */
const modules: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {
  ...ENDLESS,
  ...BRIEF,
  nothing: assemble({ functions: [{ name: '_start', body: [] }] }),
  spin: assemble({ functions: [{ name: '_start', body: [OP.loop, OP.br(0), OP.end] }] }),
};

let versions: string[] = [];

const executor = new Executor({
  store: {
    read: async (_, digest) => {
      const bytes = modules[digest];
      return await (bytes === undefined ? new Promise<never>(() => undefined) : Promise.resolve(bytes));
    },
    readObject: async () => await Promise.resolve(undefined),
    readFiles: async () => await Promise.resolve(undefined),
  },
  versions: {
    resolve: async ({ name }) => {
      const digest = versions[Number(name)];
      return await Promise.resolve(digest === undefined ? undefined : { digest, settings: NO_SETTINGS });
    },
  },
  clock: systemClock,
  host: 'host-a',
  threads: 1,
  callsPerThread: 8,
  checkInterval: 1_024,
  isTrusted: () => false,
  tierUpMs: 0,
  sliceMs: 4,
  weightOf: () => 1,
  threadMain: new URL('./executor-thread-under-test.ts', import.meta.url),
  mapper: new LinuxMemoryMapper(),
  limits: { memoryBytes: 1024 * 1024, outputBytes: 1024, logBytes: 64 },
  argumentBounds: DEFAULT_ARGUMENT_BOUNDS,
  guestStackKib: 512,
  snapshots: undefined,
  windowBytes: 0,
  faasletsMax: SLEEPERS + 100,
  regionsMax: 100,
  functionFaasletsMax: SLEEPERS + 100,
  faasletIdleMs: 60_000,
  captureStdout: true,
  cachedModuleBytesMax: 1024 * 1024,
  keptFilesBytesMax: 1024 * 1024,
});

let replaced = 0;
EXECUTOR_EVENTS.threadReplaced.subscribe(() => {
  replaced += 1;
});

before(async () => {
  // The thread starts meanwhile, which takes longer than the deadlines below.
  await executor.probe();
});

afterEach(() => {
  assert.equal(replaced, 0, 'A thread was replaced');
});

after(async () => {
  await executor.close();
});

const never = new AbortController().signal;

function call(version: string, { user = 'test', timeoutMs = 30_000 } = {}): Call {
  if (!versions.includes(version)) versions = [...versions, version];
  const acceptedAt = systemClock.now();
  return {
    id: sortableId(systemClock),
    kind: 'sync',
    function: functionRef(user, String(versions.indexOf(version))),
    input: EMPTY_BYTES,
    acceptedAt,
    deadlineAt: acceptedAt + timeoutMs,
  };
}

async function codeOf(made: Call, signal = never): Promise<string> {
  const { outcome } = await executor.run(made, signal);
  return outcome.type === 'error' ? outcome.code : outcome.type;
}

for (const where of [...Object.keys(ENDLESS), UNREADABLE]) {
  test(`Executor.run ends a guest at its deadline ${where}, and others are served (I9)`, async () => {
    const doomed = Array.from({ length: 3 }, async () => await codeOf(call(where, { timeoutMs: 40 })));
    assert.equal(await codeOf(call('nothing')), 'success');
    assert.deepEqual(await Promise.all(doomed), ['call.deadline', 'call.deadline', 'call.deadline']);
    assert.equal(await codeOf(call('nothing')), 'success');
  });

  test(`Executor.run ends a guest that is cancelled ${where} (I9)`, async () => {
    const stop = new AbortController();
    const doomed = codeOf(call(where), stop.signal);
    assert.equal(await codeOf(call('nothing')), 'success');
    stop.abort();
    assert.equal(await doomed, 'call.cancelled');
  });
}

test('Executor.run lets a guest that waited end itself in every way there is', async () => {
  const codes = await Promise.all(Object.keys(BRIEF).map(async (how) => [how, await codeOf(call(how))]));
  assert.deepEqual(Object.fromEntries(codes), {
    returned: 'success',
    exited: 'exit',
    'wrote too much': 'guest.output_limit',
    'passed a bad pointer': 'guest.trap',
    trapped: 'guest.trap',
  });
});

test('Executor.run wakes a guest beside others that spin, of its own user and of others', async () => {
  const stop = new AbortController();
  const spinning = ['test', 'other', 'third'].map(
    async (user) => await codeOf(call('spin', { user }), stop.signal),
  );
  for (let i = 0; i < 5; i++) assert.equal(await codeOf(call('returned')), 'success');
  stop.abort();
  assert.deepEqual(await Promise.all(spinning), ['call.cancelled', 'call.cancelled', 'call.cancelled']);
});

test('Executor.run has hundreds of guests waiting on one thread, and serves others as if they were not there', async () => {
  const stop = new AbortController();
  const sleeping = Array.from(
    { length: SLEEPERS },
    async () => await codeOf(call('in a host call', { timeoutMs: 60_000 }), stop.signal),
  );
  while (executor.slots < 8 + SLEEPERS) assert.equal(await codeOf(call('nothing')), 'success');
  assert.deepEqual(executor.waitingCalls(), new Map([['test', SLEEPERS]]));
  stop.abort();
  assert.deepEqual(new Set(await Promise.all(sleeping)), new Set(['call.cancelled']));
  assert.equal(executor.faasletCounts().running, 0);
  assert.equal(executor.slots, 8);
  assert.deepEqual(executor.waitingCalls(), new Map());
});

test('Executor.waitingCalls counts a guest while it waits, by its user, and not while it runs', async () => {
  const stop = new AbortController();
  const ended = [
    codeOf(call('in a host call', { user: 'a' }), stop.signal),
    codeOf(call('in a host call', { user: 'b' }), stop.signal),
    codeOf(call('spin', { user: 'b' }), stop.signal),
  ];
  while (executor.waitingCalls().size < 2)
    assert.equal(await codeOf(call('nothing', { user: 'c' })), 'success');
  assert.deepEqual(
    executor.waitingCalls(),
    new Map([
      ['a', 1],
      ['b', 1],
    ]),
  );
  assert.deepEqual([executor.slots, executor.reserve], [10, 2]);
  stop.abort();
  await Promise.all(ended);
});
