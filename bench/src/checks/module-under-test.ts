import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import {
  compileFaasletModule,
  EngineThread,
  Guest,
  MemorySlot,
  PAGE_BYTES,
  prepareModule,
  tierUpModule,
  type PrepareOptions,
} from '@faasm/faaslet';
import { PREPARED_EXPORT, PreparedInstance } from '@faasm/faaslet/testing';
import { benchHost } from './bench-host.ts';

/** A function that a module exports. */
export type Exported = (...values: number[]) => number;

/** An instance of a module, prepared or not, as a benchmark works with it. */
export interface ModuleUnderTest {
  readonly memory: WebAssembly.Memory;
  /** What the module as it came exports under a name. Throws a `TypeError` when that is no function. */
  function(name: string): Exported;
}

/** An instance of a module as it came. */
export interface OriginalModule extends ModuleUnderTest {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const MEMORY_BYTES_MAX = 256 * 1024 * 1024;
const PAGES_MAX = MEMORY_BYTES_MAX / PAGE_BYTES;

/** Time that the hot functions may take, in milliseconds: enough for all of them. */
const TIER_UP_MS = 60_000;

/** Instantiates a module as it came: V8 runs it as it runs any. `importedPages` is what one that imports its memory asks for. */
export async function originalModule(
  bytes: Uint8Array<ArrayBuffer>,
  importedPages: number,
): Promise<OriginalModule> {
  const module = await WebAssembly.compile(bytes);
  const own = new WebAssembly.Memory({ initial: importedPages, maximum: IMPORTED_PAGES_MAX });
  const imports = benchHost(module, () => memory);
  if (importedPages > 0) imports['env'] = { ...imports['env'], memory: own };
  const { exports } = new WebAssembly.Instance(module, imports);
  const memory = exports['memory'] instanceof WebAssembly.Memory ? exports['memory'] : own;
  return {
    bytes,
    memory,
    function: (name) => {
      const found = exports[name];
      if (typeof found !== 'function') throw new TypeError(`The module exports no function ${name}`);
      return found as Exported;
    },
  };
}

/** As many as such a module allows for. */
const IMPORTED_PAGES_MAX = 32_768;

/** Prepares the same module and instantiates it on a memory as an executor thread does, its hot functions optimised. */
export async function preparedModule(
  original: OriginalModule,
  options: PrepareOptions,
): Promise<ModuleUnderTest> {
  const source = await compileFaasletModule(prepareModule(original.bytes, options));
  tierUpModule(source, TIER_UP_MS);
  const slot = new MemorySlot(new LinuxMemoryMapper(), { memoryBytes: MEMORY_BYTES_MAX });
  slot.clear(source.facts.memory?.minPages ?? 0);
  const thread = new EngineThread();
  thread.current = { guest: idleGuest(), slot, pagesMax: PAGES_MAX };
  const { memory } = slot;
  const hostFunctions = benchHost(source.module, () => memory);
  const instance = new PreparedInstance(source, { memory, thread, hostFunctions });
  for (const name of [PREPARED_EXPORT.initData, PREPARED_EXPORT.start]) instance.function(name)?.();
  return {
    memory,
    // Preparation leaves most exports out, but no index changes; and the name of an exported function is its index.
    function: (name) => {
      const index = Number(original.function(name).name);
      return instance.function(PREPARED_EXPORT.function)?.(index) as Exported;
    },
  };
}

function idleGuest(): Guest {
  const limits = { memoryBytes: MEMORY_BYTES_MAX, outputBytes: 1_024, logBytes: 1_024 };
  return new Guest({ input: new Uint8Array(0), args: [], environment: [], limits, captureStdout: false });
}
