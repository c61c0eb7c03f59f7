import { objectFiles, type PrepareOptions } from '@faasm/faaslet';
import { isFaasmError } from '@faasm/protocol';
import { parentPort, workerData } from 'node:worker_threads';

/** What the thread is started with. */
export interface PreparedRequest {
  readonly bytes: Uint8Array;
  readonly options: PrepareOptions;
}

/** What the thread answers. */
export type PreparedReply =
  | { readonly type: 'prepared'; readonly objects: ReadonlyMap<string, Uint8Array> }
  | { readonly type: 'failed'; readonly code: string; readonly message: string };

function prepare({ bytes, options }: PreparedRequest): PreparedReply {
  try {
    return { type: 'prepared', objects: objectFiles(bytes, options) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { type: 'failed', code: isFaasmError(error) ? error.code : '', message };
  }
}

parentPort?.postMessage(prepare(workerData as PreparedRequest));
