import { I32, OP, type TestModule } from '@faasm/faaslet/testing';
import { packBundle, TreeBuilder } from '@faasm/filesystem';
import { NO_SETTINGS, packFiles, type CurrentVersion } from '@faasm/functions';
import { callsModule } from '@faasm/guests';
import type { Call, CallResult } from '@faasm/protocol';
import { utf8 } from '@faasm/stdx';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { CountedMemories, countedMemoriesThread } from './counted-memories-under-test.ts';
import type { ExecutorOptions } from './executor-options.ts';
import type { Executor } from './executor.ts';
import { call, codeOf, executorOf, never } from './executor-under-test.ts';

const PAGE_BYTES = 65_536;
const PAGES_MAX = 32;

/** 16 characters that are nowhere else. */
const CANARY = randomBytes(12).toString('base64url');

/** How a call ends that leaves the canary, and what its outcome is called. */
const ENDINGS = { r: 'success', t: 'guest.trap', x: 'exit', w: 'call.cancelled' } as const;

type Ending = keyof typeof ENDINGS;

/** Those that a call comes to by itself. */
const OWN_ENDINGS = ['r', 't', 'x'] as const;

/** What a call tells that finds nothing. */
const NOTHING_FOUND =
  /^memory 0, globals 0, arguments 0, files 0, descriptors 0, grown pages 0 of (?<grown>\d+)$/;

/** A letter, and the canary's complement: whoever looks must not hold what it looks for. */
function input(letter: Ending | 'b' | 's'): Uint8Array {
  return Uint8Array.from([letter.charCodeAt(0), ...utf8(CANARY).map((byte) => ~byte & 0xff)]);
}

function filesOfA(): TreeBuilder {
  const tree = new TreeBuilder({ entriesMax: 9, bytesMax: 100 });
  tree.addFile('uploaded/canary', Buffer.from(CANARY));
  return tree;
}

/** The user `a` has the canary in its files and settings, others have it nowhere. */
async function versionOf(user: string): Promise<CurrentVersion> {
  if (user !== 'a') return await Promise.resolve({ digest: 'plain', settings: NO_SETTINGS });
  const { facts: files } = packFiles(filesOfA()) ?? assert.fail('There are files');
  return {
    digest: 'with files',
    settings: { ...NO_SETTINGS, environment: { CANARY }, arguments: [CANARY] },
    parts: { module: 'module', files },
  };
}

async function executorWithCanary(t: TestContext, given: Partial<ExecutorOptions> = {}): Promise<Executor> {
  const wasm = await callsModule('canary-as');
  return executorOf(
    t,
    {},
    {
      threadMain: countedMemoriesThread,
      limits: { memoryBytes: PAGES_MAX * PAGE_BYTES, outputBytes: 1_024, logBytes: 1_024 },
      versions: { resolve: async ({ user }) => await versionOf(user) },
      store: {
        read: async () => await Promise.resolve(wasm),
        readObject: async () => await Promise.resolve(undefined),
        readFiles: async () => {
          const packed = packBundle(filesOfA().root);
          const shared = new Uint8Array(new SharedArrayBuffer(packed.byteLength));
          shared.set(packed);
          return await Promise.resolve(shared);
        },
      },
      ...given,
    },
  );
}

/** Leaves the canary; returns the random bytes that the call was given, where it could tell them. */
async function leave(executor: Executor, user: string, ending: Ending): Promise<string> {
  const given: Partial<Call> = { input: input(ending), arguments: user === 'a' ? [CANARY] : [] };
  const stop = new AbortController();
  const ended = executor.run(call('canary', { user, ...given }), stop.signal);
  if (ending === 'w') {
    // Nothing else of these functions waits, so that this one has left the canary everywhere.
    while (!executor.waitingCalls().has(user)) {
      const turn = new Promise<undefined>((resolve) => setImmediate(resolve, undefined));
      if ((await Promise.race([ended, turn])) !== undefined) break;
    }
    stop.abort();
  }
  const result = await ended;
  assert.equal(codeOf(result), ENDINGS[ending], `${ending}: ${JSON.stringify(result.outcome)}`);
  // On a busy machine the host does not wait for what a call leaves that is ended from outside.
  const told = ending === 'w' && result.output.byteLength === 0 ? '' : CANARY;
  assert.equal(Buffer.from(result.output.subarray(0, 16)).toString(), told);
  return Buffer.from(result.output.subarray(16)).toString('hex');
}

/** Looks for it as another call, which must find nothing and be given nothing. */
async function look(executor: Executor, user: string): Promise<void> {
  const result = await executor.run(call('canary', { user, input: input('s') }), never);
  const told = Buffer.from(result.output).toString();
  const grown = NOTHING_FOUND.exec(told)?.groups?.['grown'];
  assert.ok(grown !== undefined, `${told} ${JSON.stringify(result.outcome)}`);
  assert.ok(Number(grown) >= (PAGES_MAX - 4) * PAGE_BYTES, `only ${grown} bytes were grown by`);
  assert.ok(!allOf(result).includes(CANARY), 'It is in the result');
}

function allOf({ output, stdout, stderr, outcome }: CallResult): Buffer {
  return Buffer.concat([output, stdout, stderr, Buffer.from(JSON.stringify(outcome))]);
}

test('The canary is found wherever a call of its own user looks for it', async (t) => {
  const executor = await executorWithCanary(t);
  const made = call('canary', { user: 'a', input: input('b'), arguments: [CANARY] });
  const told = Buffer.from((await executor.run(made, never)).output).toString();
  for (const place of ['memory', 'arguments', 'files', 'descriptors', 'grown pages'])
    assert.match(told, new RegExp(`${place} [1-9]`), told);
  assert.match(told, /globals 1/);
});

test('A call of another user finds no byte of a canary that many calls left, in the very memory that they had: not in pages, globals, arguments, files, descriptors, logs or output (I5)', async (t) => {
  using memories = new CountedMemories();
  // With room for one Faaslet each function takes over the memory of the one before.
  const executor = await executorWithCanary(t, { threads: 1, faasletsMax: 1, functionFaasletsMax: 1 });
  const random: string[] = [];
  for (let round = 0; round < 3; round++) {
    for (const ending of OWN_ENDINGS) {
      for (let i = 0; i < 3; i++) random.push(await leave(executor, 'a', ending));
      await look(executor, 'b');
      random.push(await leave(executor, 'b', ending));
      await look(executor, 'c');
    }
  }
  assert.equal(await memories.count(), 1, 'Not all calls had the same memory');
  assert.equal(new Set(random).size, random.length, 'Two calls were given the same random bytes');
});

test('A call finds no byte of a canary that earlier calls of its own function left in the same Faaslet (I5)', async (t) => {
  using memories = new CountedMemories();
  const executor = await executorWithCanary(t, { threads: 1 });
  for (const ending of [...OWN_ENDINGS, ...OWN_ENDINGS]) {
    await leave(executor, 'b', ending);
    await look(executor, 'b');
  }
  assert.equal(await memories.count(), 1, 'Not all calls had the same memory');
});

test('Calls of other users find no byte of a canary that others leave at the same time, on threads that they share (I5)', async (t) => {
  const executor = await executorWithCanary(t, { threads: 2, callsPerThread: 4 });
  for (let round = 0; round < 4; round++) {
    const calls = ([...OWN_ENDINGS, 'w'] as const).flatMap((ending) => [
      leave(executor, 'a', ending),
      look(executor, 'b'),
      look(executor, 'c'),
    ]);
    await Promise.all(calls);
  }
});

/** Exits with what the first entry of its table returns, 10, plus the size of the table; then it changes both. */
const CHANGES_TABLE: TestModule = {
  functions: [
    {
      name: 'main',
      parameters: [I32, I32],
      results: [I32],
      body: [
        [OP.i32(0), OP.callIndirect(1), OP.tableSize, OP.i32Add],
        [OP.i32(0), OP.refFunc(2), OP.tableSet],
        [OP.refNull, OP.i32(3), OP.tableGrow, OP.drop],
      ].flat(),
    },
    { name: 'ten', results: [I32], body: [OP.i32(10)] },
    { name: 'canary', results: [I32], body: [OP.i32(99)] },
  ],
  table: [1],
};

test('A call finds nothing that earlier calls left in a table, of its own function or of others (I5)', async (t) => {
  const executor = executorOf(t, { table: CHANGES_TABLE }, { faasletsMax: 1, functionFaasletsMax: 1 });
  for (const user of ['a', 'a', 'b', 'a', 'b', 'b']) {
    const { outcome } = await executor.run(call('table', { user }), never);
    assert.deepEqual(outcome, { type: 'exit', exitCode: 11 });
  }
});
