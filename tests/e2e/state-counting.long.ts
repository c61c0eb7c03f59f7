import { Cluster } from '@faasm/test-support';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { countTogether, deployStateWorker } from './state-calls.ts';

const CALLERS = 32;
const TIMES = 1_000;
/** So that each caller comes to 10,000. */
const ROUNDS = 10;

/** 320,000 increments take minutes, one after the other as they are. */
const options = { timeout: 3_600_000 };

let cluster: Cluster;

before(async () => {
  cluster = await Cluster.start({
    edges: 2,
    workers: 2,
    env: { THREADS_PER_WORKER: '2', CALLS_PER_THREAD: '8', FUNCTION_FAASLETS_MAX: '16' },
  });
  await deployStateWorker(cluster.upload.url('upload'), 'me');
});

after(async () => {
  await cluster.stop();
});

for (const [how, invariant] of [
  ['add-locked', 'I7'],
  ['add-set', 'I6'],
] as const) {
  test(`32 callers on 2 workers count to 320,000 with ${how} (${invariant})`, options, async () => {
    const counting = { how, callers: CALLERS, times: TIMES, rounds: ROUNDS };
    assert.equal(await countTogether(cluster, counting), CALLERS * TIMES * ROUNDS);
  });
}
