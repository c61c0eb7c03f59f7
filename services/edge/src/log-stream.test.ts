import { functionRef, type CallLog } from '@faasm/protocol';
import { EMPTY_BYTES, utf8 } from '@faasm/stdx';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { LogStream } from './log-stream.ts';

function logOf(id: number, sizeBytes = 1): CallLog {
  return {
    id: String(id),
    function: functionRef('demo', 'echo'),
    outcome: { type: 'success' },
    finishedAt: 0,
    stdout: utf8('x'.repeat(sizeBytes)),
    stderr: EMPTY_BYTES,
  };
}

/** What was written, as a follower reads it: ids, and how many were dropped. */
async function read(out: PassThrough): Promise<unknown[]> {
  out.end();
  const lines = (await out.toArray()).join('').split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const { id, dropped } = JSON.parse(line) as { id?: string; dropped?: number };
      return id ?? { dropped };
    });
}

test('LogStream writes a line for each log, and empty ones between', async () => {
  const out = new PassThrough();
  const stream = new LogStream(out);
  stream.show(logOf(1));
  stream.beat();
  stream.show(logOf(2));
  assert.deepEqual(await read(out), ['1', '2']);
});

test('LogStream holds what a slow reader has not read, up to a bound, and tells how many it dropped in their place', async () => {
  const out = new PassThrough({ highWaterMark: 100 });
  const stream = new LogStream(out);
  for (let id = 1; id <= 20; id++) stream.show(logOf(id, 100_000));
  stream.show(logOf(21));
  assert.ok(out.readableLength + out.writableLength < 300_000, 'one line is in the stream');
  const chunks: string[] = [];
  out.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  while (!chunks.join('').includes('dropped'))
    await once(out, 'data', { signal: AbortSignal.timeout(10_000) });
  const next = once(out, 'data', { signal: AbortSignal.timeout(10_000) });
  stream.show(logOf(22));
  await next;
  const lines = chunks.join('').trimEnd().split('\n');
  const seen = lines.map((line) => JSON.parse(line) as { id?: string; dropped?: number });
  assert.deepEqual(
    seen.map(({ id, dropped }) => id ?? { dropped }),
    ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', { dropped: 10 }, '22'],
  );
});
