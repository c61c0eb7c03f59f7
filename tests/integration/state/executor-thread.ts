import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import { serveExecutorThread } from '@faasm/executor';

/** Entry of the threads that run the suite. */
await serveExecutorThread(new LinuxMemoryMapper());
