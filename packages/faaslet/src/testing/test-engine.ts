import { Guest, type GuestOptions, type GuestOutcome } from '../guest.ts';
import { compileFaasletModule, type FaasletModule } from '../faaslet-module.ts';
import { EngineThread, type GuestScheduler } from '../instance/engine-thread.ts';
import { Faaslet } from '../instance/faaslet.ts';
import { initializeFaaslet } from '../instance/initialize-faaslet.ts';
import { createProtoFaaslet, type ProtoFaaslet } from '../instance/proto-faaslet.ts';
import type { MemoryMapper } from '../memory/memory-mapper.ts';
import { MemorySlot } from '../memory/memory-slot.ts';
import { prepareModule, type PrepareOptions } from '../module/prepare/prepare-module.ts';
import { LoneGuest } from './lone-guest.ts';

/** What a test chooses of a guest's options. */
export type TestGuestOptions = Partial<GuestOptions> & Pick<GuestOptions, 'limits'>;

/** Makes the imports of a module; `current` gives the guest that runs. */
export type TestImports = (module: WebAssembly.Module, current: () => Guest) => WebAssembly.Imports;

/** What an engine is made of. */
export interface TestEngineOptions {
  readonly imports: TestImports;
  readonly options: TestGuestOptions;
  /** Decides when guests are suspended; without one they are while they wait. */
  readonly scheduler?: GuestScheduler;
  readonly prepare?: PrepareOptions;
  /** Of regions that a Faaslet can map; 0 by default. */
  readonly windowBytes?: number;
}

/** Runs modules as an executor thread does: prepare, compile, initialise, restore, run. One guest at a time. */
export class TestEngine {
  readonly thread: EngineThread;
  readonly #mapper: MemoryMapper;
  readonly #imports: TestImports;
  readonly #options: TestGuestOptions;
  readonly #prepare: PrepareOptions | undefined;
  readonly #windowBytes: number;

  constructor(
    mapper: MemoryMapper,
    { imports, options, scheduler = new LoneGuest(), prepare, windowBytes = 0 }: TestEngineOptions,
  ) {
    this.thread = new EngineThread(scheduler);
    this.#prepare = prepare;
    this.#windowBytes = windowBytes;
    this.#mapper = mapper;
    this.#imports = imports;
    this.#options = options;
  }

  guest(given: Partial<GuestOptions> = {}): Guest {
    const defaults = { input: new Uint8Array(0), args: [], environment: [], captureStdout: true };
    return new Guest({ ...defaults, ...this.#options, ...given });
  }

  slot(): MemorySlot {
    const { memoryBytes } = this.#options.limits;
    return new MemorySlot(this.#mapper, { memoryBytes, windowBytes: this.#windowBytes });
  }

  parts(
    module: WebAssembly.Module,
    slot: MemorySlot = this.slot(),
  ): ConstructorParameters<typeof Faaslet>[1] {
    const hostFunctions = this.thread.pausable(this.#imports(module, () => this.thread.currentGuest()));
    const { memoryBytes } = this.#options.limits;
    return { slot, thread: this.thread, hostFunctions, memoryBytesMax: memoryBytes };
  }

  /** A Proto-Faaslet, or what a failed initialisation left. */
  async initialize(bytes: Uint8Array<ArrayBuffer>): Promise<ProtoFaaslet | GuestOutcome> {
    const source: FaasletModule = await compileFaasletModule(prepareModule(bytes, this.#prepare));
    const { snapshot, left } = await initializeFaaslet(source, this.guest(), this.parts(source.module));
    return snapshot === undefined ? left : createProtoFaaslet(source, snapshot, this.#mapper);
  }

  faaslet(proto: ProtoFaaslet, slot?: MemorySlot): Faaslet {
    return new Faaslet(proto, this.parts(proto.source.module, slot));
  }

  /** One call of a module in a Faaslet of its own. */
  async run(bytes: Uint8Array<ArrayBuffer>, given: Partial<GuestOptions> = {}): Promise<GuestOutcome> {
    const proto = await this.initialize(bytes);
    return 'outcome' in proto ? proto : await this.faaslet(proto).run(this.guest(given));
  }
}
