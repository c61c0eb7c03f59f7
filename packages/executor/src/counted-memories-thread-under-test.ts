import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import type { MappedMemory } from '@faasm/faaslet';
import { BroadcastChannel } from 'node:worker_threads';
import { MEMORIES_CHANNEL } from './counted-memories-under-test.ts';
import { serveExecutorThread } from './thread/serve-executor-thread.ts';

const channel = new BroadcastChannel(MEMORIES_CHANNEL);

/** Tells of each memory that is made for Faaslets. */
class CountedMemories extends LinuxMemoryMapper {
  override control(memory: WebAssembly.Memory): MappedMemory {
    channel.postMessage('made');
    return super.control(memory);
  }
}

/** Entry of a thread whose memories are counted. */
await serveExecutorThread(new CountedMemories());
