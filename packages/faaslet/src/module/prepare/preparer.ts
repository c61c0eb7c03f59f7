import { FaasmError, isErrorCode } from '@faasm/protocol';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { objectFiles } from './object-files.ts';
import type { PrepareOptions } from './prepare-module.ts';
import type { PreparerReply, PreparerRequest } from './preparer-thread.ts';

/** Modules over this size are prepared in a thread of their own, in bytes: it takes about 10 ms to begin one. */
const IN_PLACE_BYTES_MAX = 256 * 1024;

/** Threads at once: each takes several times its module's size, and a large module must not hold up all others. */
const THREADS_MAX = 2;

const THREAD = new URL('./preparer-thread.ts', import.meta.url);

/** Prepares modules without holding up the thread that it is asked on. */
export class Preparer {
  #free = THREADS_MAX;
  /** Those that wait for a thread, the one that came first in front. */
  readonly #waiting: (() => void)[] = [];

  /** As `objectFiles`, on a copy of the bytes. Throws `module.unsupported`. */
  async objectFiles(
    bytes: Uint8Array,
    options: PrepareOptions,
  ): Promise<ReadonlyMap<string, Uint8Array<ArrayBuffer>>> {
    if (bytes.byteLength <= IN_PLACE_BYTES_MAX) return objectFiles(bytes, options);
    await this.#begin();
    try {
      return await inThread({ bytes, options });
    } finally {
      this.#end();
    }
  }

  async #begin(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    await promise;
  }

  /** Whoever waits has the place at once, so that nobody who comes meanwhile takes it. */
  #end(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}

async function inThread(workerData: PreparerRequest): Promise<ReadonlyMap<string, Uint8Array<ArrayBuffer>>> {
  const worker = new Worker(THREAD, { env: {}, execArgv: [], workerData, name: 'preparer' });
  try {
    const [reply] = (await once(worker, 'message')) as [PreparerReply];
    if (reply.type === 'prepared') return reply.objects;
    if (isErrorCode(reply.code)) throw new FaasmError(reply.code, reply.message);
    throw new Error(`Preparation failed: ${reply.message}`);
  } finally {
    await worker.terminate();
  }
}
