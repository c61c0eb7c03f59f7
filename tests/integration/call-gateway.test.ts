import { functionRef, isFaasmError, type CallResult } from '@faasm/protocol';
import { WaitingCaller } from '@faasm/scheduler';
import { utf8 } from '@faasm/stdx';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, settled, UNKNOWN } from './world.ts';

const REQUEST = { function: functionRef('demo', 'echo'), input: utf8('hello') };
const never = new AbortController().signal;

function codeOf({ outcome }: CallResult): string {
  return outcome.type === 'error' ? outcome.code : outcome.type;
}

test('CallGateway.call answers with the result of the run', async () => {
  const { gateway, loop, runner } = makeWorld();
  loop.start();
  const answer = gateway.call(REQUEST, new WaitingCaller());
  await settled();
  runner.running[0]?.succeed();
  assert.deepEqual([codeOf(await answer), (await answer).output], ['success', REQUEST.input]);
  await loop.drain(never);
});

test('CallGateway.call ends a call that no worker takes at its deadline and grace (I9)', async () => {
  const { gateway, clock, backend } = makeWorld();
  const answer = gateway.call({ ...REQUEST, timeoutMs: 5_000 }, new WaitingCaller());
  await settled();
  await clock.pass(5_249);
  assert.equal((await backend.counts()).queued, 1);
  await clock.pass(1);
  const result = await answer;
  assert.equal(codeOf(result), 'call.deadline');
  assert.match(result.outcome.type === 'error' ? result.outcome.message : '', /5000 ms/);
  assert.deepEqual(await backend.counts(), { accepted: 1, queued: 0, running: 0, done: 1, dead: 0 });
});

test('CallGateway.call ends each of many calls at its own deadline and grace, in any order (I9)', async () => {
  const { gateway, clock, backend } = makeWorld();
  const ended: number[] = [];
  const answers = [30, 10, 20, 10].map(async (timeoutMs) => {
    await gateway.call({ ...REQUEST, timeoutMs }, new WaitingCaller());
    ended.push(timeoutMs);
  });
  await settled();
  await clock.pass(259);
  assert.deepEqual(ended, []);
  await clock.pass(1);
  assert.deepEqual(ended, [10, 10]);
  await clock.pass(10);
  assert.deepEqual(ended, [10, 10, 20]);
  await clock.pass(10);
  await Promise.all(answers);
  assert.equal((await backend.counts()).done, 4);
});

test('CallGateway.call cancels the call when its caller leaves', async () => {
  const { gateway, loop, runner, backend } = makeWorld();
  loop.start();
  const caller = new WaitingCaller();
  const answer = gateway.call(REQUEST, caller);
  await settled();
  caller.end('left');
  assert.equal(codeOf(await answer), 'call.cancelled');
  await settled();
  assert.equal(runner.running[0]?.signal.aborted, true);
  assert.equal((await backend.counts()).done, 1);
  await loop.drain(never);
});

test('CallGateway gives a call the time that it asks for, or the usual time of its function', async () => {
  const { gateway, clock } = makeWorld();
  for (const timeoutMs of [1, 100_000])
    assert.equal((await gateway.submit({ ...REQUEST, timeoutMs })).deadlineAt - clock.now(), timeoutMs);
  assert.equal((await gateway.submit(REQUEST)).deadlineAt - clock.now(), 60_000);
});

test("CallGateway refuses an input, arguments and a time-out over the function's limits, and names them", async () => {
  const { gateway, backend } = makeWorld({
    terms: {
      inputBytesMax: 5,
      argumentRoom: { arguments: 2, bytes: 6 },
      timeoutMs: 10,
      timeoutMaxMs: 100,
    },
  });
  await gateway.submit({ ...REQUEST, timeoutMs: 100 });
  await assert.rejects(gateway.submit({ ...REQUEST, input: utf8('hello!') }), {
    code: 'request.too_large',
    message: 'Input of 6 bytes is larger than the limit of function demo/echo, 5 bytes',
  });
  await assert.rejects(gateway.submit({ ...REQUEST, timeoutMs: 101 }), {
    code: 'request.bad_header',
    message: 'Time-out of 101 ms is longer than the limit of function demo/echo, 100 ms',
  });
  await gateway.submit({ ...REQUEST, arguments: ['ü', 'four'] });
  await assert.rejects(gateway.submit({ ...REQUEST, arguments: ['a', '', ''] }), {
    code: 'request.bad_header',
    message: 'Call has 3 arguments, more than the settings of function demo/echo leave room for, 2',
  });
  await assert.rejects(gateway.submit({ ...REQUEST, arguments: ['ü', 'fives'] }), {
    code: 'request.bad_header',
    message:
      'Arguments of the call have 7 bytes, more than the settings of function demo/echo leave room for, 6 bytes',
  });
  assert.equal((await backend.counts()).accepted, 2);
});

test('CallGateway refuses unknown functions, and everything while it drains', async () => {
  const { gateway, backend } = makeWorld();
  const unknown = { ...REQUEST, function: functionRef('demo', UNKNOWN) };
  await assert.rejects(gateway.submit(unknown), (error) => isFaasmError(error, 'function.unknown'));
  gateway.drain();
  await assert.rejects(gateway.call(REQUEST, new WaitingCaller()), (error) =>
    isFaasmError(error, 'server.draining'),
  );
  assert.equal((await backend.counts()).accepted, 0);
});

test('CallGateway.status and cancel name calls that are unknown or have ended', async () => {
  const { gateway } = makeWorld();
  const unknown = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
  await assert.rejects(gateway.status(unknown), (error) => isFaasmError(error, 'call.unknown'));
  await assert.rejects(gateway.cancel(unknown), (error) => isFaasmError(error, 'call.unknown'));
  const { id } = await gateway.submit(REQUEST);
  await gateway.cancel(id);
  assert.equal((await gateway.status(id)).state, 'done');
  await assert.rejects(gateway.cancel(id), (error) => isFaasmError(error, 'call.finished'));
});

test('CallGateway.hurry answers those who wait and ends their calls', async () => {
  const { gateway, backend } = makeWorld();
  const answer = gateway.call(REQUEST, new WaitingCaller());
  await settled();
  gateway.drain();
  gateway.hurry();
  assert.equal(codeOf(await answer), 'server.draining');
  assert.deepEqual(await backend.counts(), { accepted: 1, queued: 0, running: 0, done: 1, dead: 0 });
});

test('CallGateway.drain lets go of those who wait for an asynchronous call', async () => {
  const { gateway } = makeWorld();
  const { id } = await gateway.submit(REQUEST);
  const waiting = gateway.status(id, never);
  gateway.drain();
  assert.equal((await waiting).state, 'queued');
});
