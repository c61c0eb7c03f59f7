import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { assemble, OP, type TestModule } from '../../testing/assemble.ts';
import { objectFiles } from './object-files.ts';
import { Preparer } from './preparer.ts';

const HOW = { checkInterval: 1_024 };

/** A module of about 3 MB, which takes some tens of milliseconds. */
function large(given: Partial<TestModule> = {}): Uint8Array<ArrayBuffer> {
  const body = Array.from({ length: 1_000 }, () => [OP.i32(1_024), OP.drop]).flat();
  return assemble({
    functions: [{ name: '_start', body: [] }, ...Array.from({ length: 750 }, () => ({ body }))],
    ...given,
  });
}

test('Preparer.objectFiles makes what objectFiles makes, of small and of large modules', async () => {
  const small = assemble({ functions: [{ name: '_start', body: [] }] });
  for (const bytes of [small, large()]) {
    assert.deepEqual(await new Preparer().objectFiles(bytes, HOW), objectFiles(bytes, HOW));
  }
});

test('Preparer.objectFiles lets its own thread go on while a large module is prepared', async () => {
  const preparer = new Preparer();
  let isPrepared = false;
  const prepare = async (): Promise<void> => {
    await preparer.objectFiles(large(), HOW);
    isPrepared = true;
  };
  const prepared = prepare();
  for (let turn = 0; turn < 3; turn++) {
    await nextTurn();
    assert.equal(isPrepared, false);
  }
  await prepared;
});

test('Preparer.objectFiles refuses a large module with the words of its thread', async () => {
  const globals = Array.from({ length: 5_000 }, () => ({ type: 0x7f, initial: [OP.i32(0)] }));
  await assert.rejects(new Preparer().objectFiles(large({ globals }), HOW), {
    code: 'module.unsupported',
    message: /^It has \d+ mutable globals, more than 4000$/,
  });
});

test('Preparer.objectFiles has two threads at most, and prepares what had to wait, or failed', async () => {
  let [threads, most] = [0, 0];
  const began = (worker: Worker): void => {
    threads += 1;
    most = Math.max(most, threads);
    worker.once('exit', () => {
      threads -= 1;
    });
  };
  process.on('worker', began);
  const preparer = new Preparer();
  const globals = Array.from({ length: 5_000 }, () => ({ type: 0x7f, initial: [OP.i32(0)] }));
  const modules = [large({ globals }), large({ globals }), large(), large(), large({ globals }), large()];
  const answers = await Promise.allSettled(
    modules.map(async (bytes) => await preparer.objectFiles(bytes, HOW)),
  );
  process.off('worker', began);
  assert.deepEqual(
    answers.map(({ status }) => status),
    ['rejected', 'rejected', 'fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
  );
  assert.equal(most, 2);
});
