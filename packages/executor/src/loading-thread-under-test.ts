import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import { workerData } from 'node:worker_threads';
import type { ThreadData } from './thread/messages.ts';
import { serveExecutorThread } from './thread/serve-executor-thread.ts';

/** Entry of a thread that notes in the ticker's first word that its native code is loaded. */
Atomics.store(new Int32Array((workerData as ThreadData).ticker), 0, 1);
await serveExecutorThread(new LinuxMemoryMapper());
