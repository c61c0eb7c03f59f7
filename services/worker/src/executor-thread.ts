import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import { serveExecutorThread } from '@faasm/executor';

/** Entry of an executor thread: puts the engine and the operating system together. */
await serveExecutorThread(new LinuxMemoryMapper());
