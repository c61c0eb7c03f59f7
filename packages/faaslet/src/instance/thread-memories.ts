import { MemoryGrower } from './memory-grower.ts';

/** What all instances of a thread share: it belongs to the host, and no guest can name it. */
export class ThreadMemories {
  /** Through which globals are saved and loaded: one page. */
  readonly globals: WebAssembly.Memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  readonly globalsBytes: Uint8Array = new Uint8Array(this.globals.buffer);
  readonly grower: MemoryGrower = new MemoryGrower();
}
