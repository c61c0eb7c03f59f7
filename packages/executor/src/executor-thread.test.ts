import { DEFAULT_ARGUMENT_BOUNDS } from '@faasm/host-interface';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExecutorThread } from './executor-thread.ts';
import { ProcessBudget } from './thread/process-budget.ts';

const SETTINGS = {
  memoryBytes: 65_536,
  captureStdout: true,
  hasState: false,
  windowBytes: 0,
  idleMs: 60_000,
  sliceMs: 4,
  argumentBounds: DEFAULT_ARGUMENT_BOUNDS,
};

/** Starts a thread and ends it at once. What it wrote to the ticker's first word. */
async function startAndEnd(main: string): Promise<number | undefined> {
  const ticker = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
  const exited: ExecutorThread[] = [];
  const thread = new ExecutorThread({
    main: new URL(main, import.meta.url),
    data: {
      settings: SETTINGS,
      budget: ProcessBudget.create(1, 1).shared,
      regions: ProcessBudget.create(1, 1).shared,
      budgetCell: 0,
      ticker,
    },
    openState: undefined,
    onExit: (ended) => exited.push(ended),
  });
  await thread.terminate();
  assert.deepEqual(exited, [thread]);
  return new Int32Array(ticker)[0];
}

test('ExecutorThread.terminate lets a thread load its native code first, or that ends the process', async () => {
  assert.equal(await startAndEnd('./loading-thread-under-test.ts'), 1);
});

test('ExecutorThread.terminate ends a thread that cannot load its code', async () => {
  assert.equal(await startAndEnd('./no-such-module.ts'), 0);
});
