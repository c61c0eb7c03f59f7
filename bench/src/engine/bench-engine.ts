import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import {
  compileFaasletModule,
  createProtoFaaslet,
  Faaslet,
  Guest,
  initializeFaaslet,
  MemorySlot,
  prepareModule,
  EngineThread,
  type ProtoFaaslet,
} from '@faasm/faaslet';
import { hostInterface, linkImports } from '@faasm/host-interface';

const LIMITS = { memoryBytes: 128 * 1024 * 1024, outputBytes: 6 * 1024 * 1024, logBytes: 65_536 };

/** The engine without threads and queue: what an executor thread does for a call, step by step. */
export class BenchEngine {
  readonly mapper = new LinuxMemoryMapper();
  /** When `env.mark` was called last, in milliseconds of `performance.now()`. */
  markedAt = 0;
  readonly #thread = new EngineThread();
  readonly #host = hostInterface(() => this.#thread.currentGuest());

  slot(): MemorySlot {
    return new MemorySlot(this.mapper, LIMITS);
  }

  /** Prepares, compiles and initialises a module. */
  async proto(bytes: Uint8Array): Promise<ProtoFaaslet> {
    const source = await compileFaasletModule(prepareModule(bytes));
    const { snapshot, left } = await initializeFaaslet(
      source,
      this.guest(),
      this.#parts(source.module, this.slot()),
    );
    if (snapshot === undefined) throw new Error(`Initialisation ended with ${JSON.stringify(left.outcome)}`);
    return createProtoFaaslet(source, snapshot, this.mapper);
  }

  /** Restores Faaslets without looking up their imports each time, as a thread does. */
  restorer(proto: ProtoFaaslet): (slot: MemorySlot) => Faaslet {
    const parts = this.#parts(proto.source.module, this.slot());
    return (slot) => new Faaslet(proto, { ...parts, slot });
  }

  guest(input: Uint8Array = new Uint8Array(0)): Guest {
    return new Guest({ input, args: ['bench'], environment: [], limits: LIMITS, captureStdout: true });
  }

  #parts(module: WebAssembly.Module, slot: MemorySlot): ConstructorParameters<typeof Faaslet>[1] {
    const mark = (): void => {
      this.markedAt = performance.now();
    };
    const imports = linkImports(module, this.#host, () => this.#thread.currentGuest());
    const hostFunctions = { ...imports, env: { ...imports['env'], mark } };
    return { slot, thread: this.#thread, hostFunctions, memoryBytesMax: LIMITS.memoryBytes };
  }
}
