import { functionRef, isFaasmError, type CallLog } from '@faasm/protocol';
import { publishLogs, WaitingCaller } from '@faasm/scheduler';
import { EMPTY_BYTES } from '@faasm/stdx';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, settled, UNKNOWN } from './world.ts';

const ECHO = functionRef('demo', 'echo');
const OTHER = functionRef('demo', 'other');
const never = new AbortController().signal;

/** How a call ended, in a word. */
function ended({ outcome }: CallLog): string {
  return outcome.type === 'error' ? outcome.code : outcome.type;
}

test('CallGateway.follow shows the logs of one function, of calls that others end too, until it is stopped', async (t) => {
  const { feed, gateway, loop, runner } = makeWorld({ slots: 10 });
  t.after(publishLogs(feed));
  loop.start();
  const seen: CallLog[] = [];
  const stop = await gateway.follow(ECHO, (log) => seen.push(log));
  const submit = async (ref = ECHO): Promise<string> => {
    const { id } = await gateway.submit({ function: ref, input: EMPTY_BYTES });
    await settled();
    return id;
  };
  const [first, , cancelled] = [await submit(), await submit(OTHER), await submit()];
  for (const each of runner.running.slice(0, 2)) each.succeed();
  await settled();
  await gateway.cancel(cancelled);
  await settled();
  assert.deepEqual(
    seen.map((log) => [log.id, ended(log)]),
    [
      [first, 'success'],
      [cancelled, 'call.cancelled'],
    ],
  );
  stop();
  await submit();
  runner.running.at(-1)?.succeed();
  await settled();
  assert.equal(seen.length, 2);
  await loop.drain(never);
});

test('CallGateway.follow refuses a function that there is not, and a process that is about to end', async () => {
  const { gateway } = makeWorld();
  const follow = async (name: string): Promise<unknown> =>
    await gateway.follow(functionRef('demo', name), () => undefined);
  await assert.rejects(follow(UNKNOWN), (error) => isFaasmError(error, 'function.unknown'));
  gateway.drain();
  assert.equal(gateway.drainSignal.aborted, true);
  await assert.rejects(follow('echo'), (error) => isFaasmError(error, 'server.draining'));
});

test('CallGateway.log tells the state of a call that has not ended, and knows nothing of a silent synchronous one', async () => {
  const { gateway, loop, runner } = makeWorld();
  const { id } = await gateway.submit({ function: ECHO, input: EMPTY_BYTES });
  assert.partialDeepStrictEqual(await gateway.log(id), { id, state: 'queued' });
  loop.start();
  await settled();
  runner.running[0]?.succeed();
  await settled();
  assert.partialDeepStrictEqual(await gateway.log(id), { id, outcome: { type: 'success' } });
  const answer = gateway.call({ function: ECHO, input: EMPTY_BYTES }, new WaitingCaller());
  await settled();
  runner.running[1]?.succeed();
  const silent = await answer;
  await assert.rejects(gateway.log(silent.id), (error) => isFaasmError(error, 'call.unknown'));
  await loop.drain(never);
});
