import { isFaasmError } from '@faasm/protocol';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { GroupCommit, type Numbered } from './group-commit.ts';
import { OPENING, type DatabaseOptions, type Reply, type Request, type RequestMessage } from './messages.ts';
import { openDatabase } from './open-database.ts';
import { StateTables } from './state-tables.ts';

/** Requests that share a transaction, at most. */
const BATCH_REQUESTS_MAX = 256;

/** After so many bytes, written and read, no further request joins a transaction. */
const BATCH_BYTES = 8 * 1024 * 1024;

const port = parentPort;
if (port === null) throw new Error('This module runs in a thread');

try {
  serve();
  port.postMessage([{ id: OPENING, answer: true }]);
} catch (error) {
  if (!isFaasmError(error)) throw error;
  // Nothing listens, so that the thread ends.
  port.postMessage([{ id: OPENING, error: { code: error.code, message: error.message } }]);
}

function serve(): void {
  const database = openDatabase(workerData as DatabaseOptions);
  const tables = new StateTables(database);
  const commits = new GroupCommit(database, tables);
  let sweeping: NodeJS.Immediate | undefined;
  /** A step at a time, so that requests come in between. One that failed is tried again after the next request. */
  const sweepSoon = (): void => {
    if (!tables.sweeper.hasWork) return;
    sweeping ??= setImmediate(() => {
      sweeping = undefined;
      if (commits.sweep()) sweepSoon();
    });
  };
  const take = (first: RequestMessage): void => {
    const { batch, closes } = gather(first);
    if (batch.length > 0) reply(commits.run(batch));
    if (closes) {
      clearImmediate(sweeping);
      port?.close();
      database.close();
    } else sweepSoon();
  };
  port?.on('message', take);
  sweepSoon();
}

/** What came until now: it shares a transaction. */
function gather(first: RequestMessage): { batch: Numbered[]; closes: boolean } {
  const batch: Numbered[] = [];
  let bytes = 0;
  let next: RequestMessage | undefined = first;
  while (next !== undefined) {
    if (next === 'close') return { batch, closes: true };
    batch.push(next);
    bytes += bytesOf(next.request);
    if (batch.length >= BATCH_REQUESTS_MAX || bytes >= BATCH_BYTES || port === null) break;
    next = receiveMessageOnPort(port)?.message as RequestMessage | undefined;
  }
  return { batch, closes: false };
}

/** What a request makes the thread hold, or nearly so. */
function bytesOf(request: Request): number {
  if (request.kind === 'stage' || request.kind === 'push') return request.slab.bytes.byteLength;
  if (request.kind === 'read') return request.range.end - request.range.start;
  return request.kind === 'append' ? request.element.byteLength : 0;
}

function reply(replies: Reply[]): void {
  const buffers = replies.flatMap((one) =>
    'answer' in one && one.answer instanceof Uint8Array ? [one.answer.buffer as ArrayBuffer] : [],
  );
  port?.postMessage(replies, buffers);
}
