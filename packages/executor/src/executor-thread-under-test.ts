import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import { serveExecutorThread } from './thread/serve-executor-thread.ts';

/** Entry of the threads of the tests' executor. */
await serveExecutorThread(new LinuxMemoryMapper());
