import { FaasmError, functionRef, type CallStatus } from '@faasm/protocol';
import { CALL_EVENTS, WaitingCaller, type CallFinished, type CallQueue } from '@faasm/scheduler';
import { utf8 } from '@faasm/stdx';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LEASE_MS, makeWorld, settled, type World } from './world.ts';

const REQUEST = { function: functionRef('demo', 'echo'), input: utf8('hello') };
const never = new AbortController().signal;

/** How a call ended. */
function ending(status: CallStatus | undefined): string {
  const outcome = status?.result?.outcome;
  return outcome?.type === 'error' ? outcome.code : (outcome?.type ?? status?.state ?? 'unknown');
}

test('WorkerLoop runs as many calls as there are slots, the oldest first', async () => {
  const { gateway, loop, runner, backend } = makeWorld({ slots: 2 });
  const calls = [];
  for (let i = 0; i < 5; i++) calls.push(await gateway.submit(REQUEST));
  loop.start();
  await settled();
  assert.equal(loop.busy, 2);
  for (let i = 0; i < 5; i++) {
    runner.running[i]?.succeed();
    await settled();
  }
  assert.deepEqual(
    runner.running.map(({ call }) => call.id),
    calls.map(({ id }) => id),
  );
  assert.deepEqual(await backend.counts(), { accepted: 5, queued: 0, running: 0, done: 5, dead: 0 });
  await loop.drain(never);
});

test('WorkerLoop takes more calls when there are more slots because calls only wait', async () => {
  const { gateway, loop, runner, clock } = makeWorld({ slots: 1 });
  for (let i = 0; i < 4; i++) await gateway.submit(REQUEST);
  loop.start();
  await settled();
  assert.equal(loop.busy, 1);
  runner.slots = 3;
  await clock.pass(10);
  await settled();
  assert.equal(loop.busy, 3);
  runner.slots = 1;
  for (const running of runner.running.slice(0, 2)) running.succeed();
  await clock.pass(10);
  await settled();
  assert.equal(loop.busy, 1);
  runner.running[2]?.succeed();
  await settled();
  runner.running[3]?.succeed();
  await settled();
  await loop.drain(never);
});

/** Lets the worker look for calls that its reserve is for. */
const LOOK_MS = 10;

/** Submits calls of users, one after another. */
async function submit({ gateway }: World, ...users: string[]): Promise<void> {
  for (const user of users) await gateway.submit({ ...REQUEST, function: functionRef(user, 'echo') });
}

/** The users whose calls run, in the order in which these were taken. */
function usersOf({ runner }: World): string[] {
  return runner.running.map(({ call }) => call.function.user);
}

test('WorkerLoop gives the reserve to users who hold few slots, while others hold all of them', async () => {
  const world = makeWorld({ slots: 4, reserve: 3 });
  const { loop, clock, runner } = world;
  await submit(world, 'flood', 'flood', 'flood', 'flood', 'flood');
  loop.start();
  await settled();
  await submit(world, 'b', 'b', 'b', 'flood');
  await clock.pass(LOOK_MS);
  // Of 3 that are left b may hold 3 and takes one, of 2 another, and of 1 none more.
  assert.deepEqual(usersOf(world), ['flood', 'flood', 'flood', 'flood', 'b', 'b']);
  await submit(world, 'c', 'd');
  await clock.pass(LOOK_MS);
  assert.deepEqual(usersOf(world).slice(6), ['c']);
  // Nothing is left, until a call ends.
  await clock.pass(LOOK_MS);
  assert.equal(loop.busy, 7);
  runner.running[0]?.succeed();
  await clock.pass(LOOK_MS);
  assert.deepEqual(usersOf(world).slice(7), ['d']);
  for (const running of runner.running) running.succeed();
  await settled();
  assert.deepEqual(usersOf(world).slice(8).toSorted(), ['b', 'flood', 'flood']);
  for (const running of runner.running) running.succeed();
  await loop.drain(never);
});

test('WorkerLoop gives users shares of the reserve by their weights', async () => {
  const world = makeWorld({ slots: 1, reserve: 6, weightOf: (user) => (user === 'heavy' ? 2 : 0.5) });
  const { loop, clock } = world;
  await submit(world, 'flood');
  loop.start();
  await settled();
  await submit(world, ...Array.from({ length: 6 }, () => ['heavy', 'light']).flat());
  await clock.pass(LOOK_MS);
  const users = usersOf(world);
  const held = (wanted: string): number => users.filter((user) => user === wanted).length;
  assert.deepEqual([held('heavy'), held('light')], [4, 1]);
  await loop.drain(AbortSignal.abort());
});

test('WorkerLoop does not count calls that only wait against the share of their user', async () => {
  const world = makeWorld({ slots: 4, reserve: 2 });
  const { loop, clock, runner } = world;
  await submit(world, 'sleeper', 'sleeper', 'flood', 'flood');
  loop.start();
  await settled();
  runner.slots = 6;
  runner.waiting = ['sleeper', 'sleeper'];
  await submit(world, 'flood', 'flood');
  await clock.pass(LOOK_MS);
  assert.equal(loop.busy, 6);
  await submit(world, 'flood', 'sleeper');
  await clock.pass(LOOK_MS);
  assert.deepEqual(usersOf(world).slice(6), ['sleeper']);
  await loop.drain(AbortSignal.abort());
});

test('WorkerLoop does not start a call whose deadline has passed in the queue (I9)', async () => {
  const { gateway, loop, runner, clock, backend } = makeWorld();
  const { id } = await gateway.submit({ ...REQUEST, timeoutMs: 1_000 });
  await clock.pass(1_000);
  loop.start();
  await settled();
  assert.equal(runner.running.length, 0);
  assert.equal(ending(await backend.status(id)), 'call.deadline');
  await loop.drain(never);
});

test('WorkerLoop stops a call that was ended from outside, and its result is void (I2, I3)', async () => {
  const { gateway, loop, runner, backend } = makeWorld();
  const finished: CallFinished[] = [];
  const note = (message: unknown): void => void finished.push(message as CallFinished);
  CALL_EVENTS.finished.subscribe(note);
  loop.start();
  const { id } = await gateway.submit(REQUEST);
  await settled();
  await gateway.cancel(id);
  await settled();
  assert.equal(runner.running[0]?.signal.aborted, true);
  assert.equal(ending(await backend.status(id)), 'call.cancelled');
  CALL_EVENTS.finished.unsubscribe(note);
  assert.deepEqual(
    finished.map(({ settled: held }) => held),
    [false],
  );
  await loop.drain(never);
});

test('WorkerLoop ends a call whose runner breaks as server.internal, and goes on', async () => {
  const { gateway, loop, runner, backend } = makeWorld();
  loop.start();
  const [first, second] = [await gateway.submit(REQUEST), await gateway.submit(REQUEST)];
  await settled();
  runner.running[0]?.crash(new Error('the host is broken'));
  await settled();
  runner.running[1]?.succeed();
  await settled();
  assert.equal(ending(await backend.status(first.id)), 'server.internal');
  assert.equal(ending(await backend.status(second.id)), 'success');
  await loop.drain(never);
});

test('WorkerLoop.drain lets running calls end and takes no more', async () => {
  const { gateway, loop, runner, backend } = makeWorld();
  loop.start();
  const [running, waiting] = [await gateway.submit(REQUEST), await gateway.submit(REQUEST)];
  await settled();
  const drained = loop.drain(never);
  runner.running[0]?.succeed();
  await drained;
  assert.equal(ending(await backend.status(running.id)), 'success');
  assert.equal(ending(await backend.status(waiting.id)), 'queued');
});

test('WorkerLoop.drain out of patience hands asynchronous calls back and ends synchronous ones', async () => {
  const { gateway, loop, runner, backend } = makeWorld({ slots: 2 });
  loop.start();
  const { id } = await gateway.submit(REQUEST);
  const answer = gateway.call(REQUEST, new WaitingCaller());
  await settled();
  assert.equal(runner.running.length, 2);
  await loop.drain(AbortSignal.abort());
  assert.equal(ending(await backend.status(id)), 'queued');
  assert.notEqual((await answer).outcome.type, 'success');
  assert.deepEqual(await backend.counts(), { accepted: 2, queued: 1, running: 0, done: 1, dead: 0 });
});

/** A queue of which some operations fail while `down` is true. */
function unreliable(queue: CallQueue): { queue: CallQueue; state: { down: boolean } } {
  const state = { down: false };
  const failing =
    <A extends unknown[], R>(action: (...values: A) => Promise<R>) =>
    async (...values: A): Promise<R> => {
      if (state.down) throw new FaasmError('queue.unavailable', 'The queue is down');
      return await action(...values);
    };
  const flaky: CallQueue = {
    durable: queue.durable,
    submit: failing(async (call) => {
      await queue.submit(call);
    }),
    checkRoom: failing(async (wanted) => {
      await queue.checkRoom(wanted);
    }),
    take: failing(async (options) => await queue.take(options)),
    takeOther: failing(async (except) => await queue.takeOther(except)),
    renew: failing(async (lease) => await queue.renew(lease)),
    settle: failing(async (lease, result) => await queue.settle(lease, result)),
    release: failing(async (lease) => await queue.release(lease)),
    end: failing(async (id, reason) => await queue.end(id, reason)),
    onEnded: (listener) => queue.onEnded(listener),
    counts: failing(async () => await queue.counts()),
    ping: failing(async () => await queue.ping()),
    close: async () => {
      await queue.close();
    },
  };
  return { queue: flaky, state };
}

test('WorkerLoop settles a result once the queue answers again, within its lease', async () => {
  let state = { down: false };
  const world = makeWorld({
    queue: (queue) => {
      const flaky = unreliable(queue);
      ({ state } = flaky);
      return flaky.queue;
    },
  });
  const { gateway, loop, runner, backend, clock } = world;
  loop.start();
  const { id } = await gateway.submit(REQUEST);
  await settled();
  state.down = true;
  runner.running[0]?.succeed();
  await settled();
  await clock.pass(1_000);
  assert.equal(ending(await backend.status(id)), 'running');
  state.down = false;
  await clock.pass(1_000);
  assert.equal(ending(await backend.status(id)), 'success');
  await loop.drain(never);
});

test('WorkerLoop stops a run whose lease it could not renew in time', async () => {
  let state = { down: false };
  const { gateway, loop, runner, clock } = makeWorld({
    queue: (queue) => {
      const flaky = unreliable(queue);
      ({ state } = flaky);
      return flaky.queue;
    },
  });
  loop.start();
  await gateway.submit(REQUEST);
  await settled();
  await clock.pass(LEASE_MS / 3);
  assert.equal(runner.running[0]?.signal.aborted, false);
  state.down = true;
  for (let third = 0; third < 4; third++) await clock.pass(LEASE_MS / 3);
  assert.equal(runner.running[0]?.signal.aborted, true);
  state.down = false;
  await clock.pass(LEASE_MS);
  await loop.drain(never);
});
