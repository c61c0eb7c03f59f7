import { callsModule } from '@faasm/guests';
import { Cluster } from '@faasm/test-support';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertProblem, post, send, upload } from './api.ts';
import {
  assertFilled,
  codeOf,
  command,
  countOf,
  countTogether,
  deployStateWorker,
  nextEdge,
  printed,
  valueOf,
} from './state-calls.ts';

const CALLERS = 32;
const TIMES = 50;
/** Calls that find a value changed must try again, the more often the more there are. */
const SET_TIMES = 20;
/** Enough calls at once that every worker has some. */
const EVERYWHERE = 20;

let cluster: Cluster;

before(async () => {
  cluster = await Cluster.start({
    edges: 2,
    workers: 2,
    // Half of the callers on each worker.
    env: {
      THREADS_PER_WORKER: '2',
      CALLS_PER_THREAD: '8',
      FUNCTION_FAASLETS_MAX: '16',
      STATE_LOCK_LEASE: '5000',
    },
  });
  const uploads = cluster.upload.url('upload');
  await upload(uploads, 'me/state', await callsModule('state'));
  for (const user of ['me', 'you']) await deployStateWorker(uploads, user);
});

after(async () => {
  await cluster.stop();
});

/** Calls with the same commands at once, so that every worker has some. */
async function everywhere(commands: readonly string[], options: { user?: string } = {}): Promise<string[]> {
  return await Promise.all(
    Array.from({ length: EVERYWHERE }, async () => await printed(cluster.edges, commands, options)),
  );
}

test('every state call does in a cluster what its guest test asks for', async () => {
  const answer = await post(`${nextEdge(cluster.edges)}/f/me/state`);
  assert.equal(answer.status, 200, answer.body.toString());
});

test('32 calls on 2 workers count exactly under the global lock (I7)', async () => {
  const counting = { how: 'add-locked', callers: CALLERS, times: TIMES };
  assert.equal(await countTogether(cluster, counting), CALLERS * TIMES);
});

test('32 calls on 2 workers count exactly by compare-and-set (I6)', async () => {
  const counting = { how: 'add-set', callers: CALLERS, times: SET_TIMES };
  assert.equal(await countTogether(cluster, counting), CALLERS * SET_TIMES);
});

test('32 calls on 2 workers lose increments without a lock, so that the others would be seen to', async () => {
  const counting = { how: 'add-unlocked', callers: CALLERS, times: TIMES };
  assert.ok((await countTogether(cluster, counting)) < CALLERS * TIMES);
});

test('a value that an edge takes is seen by the next call on any worker', async () => {
  for (let round = 1; round <= 5; round++) {
    const put = await send(`${nextEdge(cluster.edges)}/s/me/put`, {
      method: 'PUT',
      body: Buffer.alloc(200_000, round),
    });
    assert.ok([200, 201].includes(put.status), put.body.toString());
    for (const seen of await everywhere(['read put 200000 0 200000'])) assert.equal(seen, `${round}x200000`);
  }
});

test('a value that a call pushed is what both edges have, and the next call on any worker', async () => {
  for (let round = 1; round <= 5; round++) {
    await printed(cluster.edges, [`write pushed 200000 0 ${round} 200000`, 'push pushed']);
    for (let edge = 0; edge < 2; edge++)
      assertFilled(await valueOf(cluster.edges, 'pushed'), { sizeBytes: 200_000, byte: round });
    for (const seen of await everywhere(['read pushed 200000 0 200000']))
      assert.equal(seen, `${round}x200000`);
  }
});

test('two users with equal keys see only their own values, on every worker and edge', async () => {
  await printed(cluster.edges, ['write secret 8 0 1 8', 'push secret'], { user: 'me' });
  assert.deepEqual(new Set(await everywhere(['size secret'], { user: 'you' })), new Set(['0']));
  await printed(cluster.edges, ['write secret 3 0 2 3', 'push secret'], { user: 'you' });
  const [mine, yours] = await Promise.all([
    everywhere(['read secret 8 0 8'], { user: 'me' }),
    everywhere(['read secret 3 0 3'], { user: 'you' }),
  ]);
  assert.deepEqual([new Set(mine), new Set(yours)], [new Set(['1x8']), new Set(['2x3'])]);
  const got = await send(`${nextEdge(cluster.edges)}/s/you/secret`);
  assert.deepEqual(got.body, Buffer.alloc(3, 2));
});

test('a call that waits on any worker for a lock is told at its deadline who holds it, and gets it once that call is cancelled', async () => {
  const url = `${nextEdge(cluster.edges)}/fa/me/state-worker`;
  const holder = (await post(url, 'lock global wanted\nincrement wanted 1\nspin')).body.toString().trim();
  while ((await countOf(cluster.edges, 'wanted')) === 0);
  const waiting = ['lock global wanted', 'say granted', 'unlock global wanted'];
  const late = await Promise.all(
    Array.from({ length: EVERYWHERE }, async () => await command(cluster.edges, waiting, { timeout: '1s' })),
  );
  const why = new RegExp(`: it waits for the lock of me/wanted, which call ${holder} holds$`);
  for (const answer of late) assert.match(String(assertProblem(answer, 504, 'call.deadline')['detail']), why);
  const granted = everywhere(waiting);
  await send(`${nextEdge(cluster.edges)}/calls/${holder}`, { method: 'DELETE' });
  assert.deepEqual(new Set(await granted), new Set(['granted']));
});

/** Pushes values of its own, one after the other, until it is stopped, and counts under one lock with its like. */
class Pusher {
  /** Keys of pushes that were acknowledged. */
  readonly kept: string[] = [];
  /** Increments that were acknowledged, and those that may have been made. */
  counted = 0;
  tried = 0;
  /** The code of what came last. */
  last = '';
  readonly #name: string;
  #stopped = false;
  #told = Promise.withResolvers<void>();

  constructor(name: string) {
    this.#name = name;
  }

  async run(): Promise<void> {
    for (let i = 0; !this.#stopped; i++) {
      const key = `${this.#name}.${i}`;
      const pushed = await command(cluster.edges, [`write ${key} 100000 0 7 100000`, `push ${key}`], LIMITED);
      if (pushed.status === 200) this.kept.push(key);
      this.tried += 1;
      const counted = await command(cluster.edges, ['add-locked outage 1'], LIMITED);
      if (counted.status === 200) this.counted += 1;
      for (const answer of [pushed, counted]) this.#note(codeOf(answer));
    }
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Resolves when an answer has the code. */
  async meets(code: string): Promise<void> {
    do await this.#told.promise;
    while (this.last !== code);
  }

  #note(code: string): void {
    assert.ok(code === 'ok' || code === 'state.unavailable', code);
    this.last = code;
    this.#told.resolve();
    this.#told = Promise.withResolvers();
  }
}

/** The deadline of calls while there is no store; one that it ended would not have `state.unavailable`. */
const LIMITED = { timeout: '20s' };

test('redis-state that hangs, is killed and comes back loses no acknowledged push, and nothing is restarted (I8)', async () => {
  const pushers = Array.from({ length: 4 }, (_, i) => new Pusher(`p${i}`));
  const running = Promise.all(pushers.map(async (each) => await each.run()));
  const all = async (code: string): Promise<void> => {
    await Promise.race([running, Promise.all(pushers.map(async (each) => await each.meets(code)))]);
  };
  await all('ok');
  cluster.state.freeze();
  await all('state.unavailable');
  cluster.state.thaw();
  await all('ok');
  await cluster.state.kill();
  await all('state.unavailable');
  await cluster.state.restart();
  await all('ok');
  for (const each of pushers) each.stop();
  await running;
  for (const { kept } of pushers) {
    for (const key of kept)
      assertFilled(await valueOf(cluster.edges, key), { sizeBytes: 100_000, byte: 7 }, key);
  }
  const counted = pushers.reduce((sum, each) => sum + each.counted, 0);
  const tried = pushers.reduce((sum, each) => sum + each.tried, 0);
  const count = await countOf(cluster.edges, 'outage');
  assert.ok(count >= counted && count <= tried, `${count} is not from ${counted} to ${tried}`);
});
