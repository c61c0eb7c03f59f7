import { FaasmError, isErrorCode, isFaasmError } from '@faasm/protocol';
import { once } from 'node:events';
import { parentPort, Worker, workerData } from 'node:worker_threads';

/** Work on less than this is done in place, in bytes: it takes about 10 ms to begin a thread. */
export const IN_PLACE_BYTES_MAX: number = 256 * 1024;

/** What a thread answers. */
type Reply =
  | { readonly type: 'done'; readonly value: unknown }
  | { readonly type: 'failed'; readonly code: string; readonly message: string };

/** What a thread is given. */
export interface ThreadWork {
  /** Module that calls {@link answerWith}. */
  readonly main: URL;
  readonly name: string;
  readonly data: unknown;
  /** Buffers in `data` that become the thread's. */
  readonly transfer?: readonly ArrayBuffer[];
}

/** What a thread of its own makes of some data, while other requests are served. Throws the thread's errors of the catalogue. */
export async function inThread({ main, name, data, transfer = [] }: ThreadWork): Promise<unknown> {
  const worker = new Worker(main, {
    env: {},
    execArgv: [],
    workerData: data,
    transferList: [...transfer],
    name,
  });
  try {
    const [reply] = (await once(worker, 'message')) as [Reply];
    if (reply.type === 'done') return reply.value;
    if (isErrorCode(reply.code)) throw new FaasmError(reply.code, reply.message);
    throw new Error(`Thread ${name} failed: ${reply.message}`);
  } finally {
    await worker.terminate();
  }
}

/** In a thread: answers with what `work` makes of the data that it was given. */
export function answerWith(work: (data: unknown) => unknown): void {
  const reply = (): Reply => {
    try {
      return { type: 'done', value: work(workerData) };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { type: 'failed', code: isFaasmError(error) ? error.code : '', message };
    }
  };
  parentPort?.postMessage(reply());
}
