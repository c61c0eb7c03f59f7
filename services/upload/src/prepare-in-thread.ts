import { objectFiles, type PrepareOptions } from '@faasm/faaslet';
import { FaasmError, isErrorCode } from '@faasm/protocol';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { PreparedReply, PreparedRequest } from './prepare-thread.ts';

/** Modules over this size are prepared in a thread of their own, in bytes: it takes about 10 ms to begin one. */
const IN_PLACE_BYTES_MAX = 256 * 1024;

const THREAD = new URL('./prepare-thread.ts', import.meta.url);

/** The object files of a module, without holding up other requests. Throws `module.unsupported`. */
export async function prepareWithoutBlocking(
  bytes: Uint8Array<ArrayBuffer>,
  options: PrepareOptions,
): Promise<ReadonlyMap<string, Uint8Array>> {
  if (bytes.byteLength <= IN_PLACE_BYTES_MAX) return objectFiles(bytes, options);
  const workerData: PreparedRequest = { bytes, options };
  const worker = new Worker(THREAD, { env: {}, execArgv: [], workerData, name: 'prepare' });
  try {
    const [reply] = (await once(worker, 'message')) as [PreparedReply];
    if (reply.type === 'prepared') return reply.objects;
    if (isErrorCode(reply.code)) throw new FaasmError(reply.code, reply.message);
    throw new Error(`Preparation failed: ${reply.message}`);
  } finally {
    await worker.terminate();
  }
}
