import { isFaasmError } from '@faasm/protocol';
import { parentPort, workerData } from 'node:worker_threads';
import { objectFiles } from './object-files.ts';
import type { PrepareOptions } from './prepare-module.ts';

/** What the thread is started with. */
export interface PreparerRequest {
  readonly bytes: Uint8Array;
  readonly options: PrepareOptions;
}

/** What the thread answers. */
export type PreparerReply =
  | { readonly type: 'prepared'; readonly objects: ReadonlyMap<string, Uint8Array<ArrayBuffer>> }
  | { readonly type: 'failed'; readonly code: string; readonly message: string };

function prepare({ bytes, options }: PreparerRequest): void {
  try {
    const objects = objectFiles(bytes, options);
    const reply: PreparerReply = { type: 'prepared', objects };
    // Handed over, not copied: copying megabytes would hold up whoever asked.
    const buffers = [...objects.values()].map(({ buffer }) => buffer);
    parentPort?.postMessage(reply, buffers);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const reply: PreparerReply = { type: 'failed', code: isFaasmError(error) ? error.code : '', message };
    parentPort?.postMessage(reply);
  }
}

prepare(workerData as PreparerRequest);
