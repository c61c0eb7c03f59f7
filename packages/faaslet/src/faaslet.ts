import type { CallOutcome } from '@faasm/protocol';
import type { Guest, GuestOutcome } from './guest.ts';
import { LinearMemory } from './linear-memory.ts';
import { ENTRY_EXPORTS, MEMORY_EXPORT, START_EXPORT } from './module/names.ts';

/** A prepared module, compiled, with what is needed to instantiate it. */
export interface FaasletModule {
  readonly module: WebAssembly.Module;
  /** Size in pages of the memory that it imports as `env.memory`; undefined when it brings its own, or none. */
  readonly importedMemory: { readonly minPages: number; readonly maxPages: number } | undefined;
}

/** The steps of a guest's life before its entry, by export name, in order. */
const INITIALIZERS = [START_EXPORT, '_initialize', '__wasm_call_ctors'] as const;

const ZYGOTE_EXPORT = '_faasm_zygote';

/**
 * Runs a guest from its first instruction to its end in an instance of its own: start function, constructors, zygote,
 * then `_start` or `main`. Guest failures are outcomes; it never throws because of what the guest does (I13).
 */
export function runFaaslet(
  source: FaasletModule,
  guest: Guest,
  hostFunctions: WebAssembly.Imports,
): GuestOutcome {
  try {
    const exports = instantiate(source, guest, hostFunctions);
    initialize(exports, guest);
    guest.enteredAt = performance.now();
    return guest.finish(guest.ended ?? exitOutcome(enter(exports)));
  } catch (error) {
    return guest.finish(guest.ended ?? trapOutcome(error));
  }
}

type Exports = WebAssembly.Instance['exports'];

function instantiate(source: FaasletModule, guest: Guest, hostFunctions: WebAssembly.Imports): Exports {
  const imported = source.importedMemory === undefined ? undefined : createMemory(source.importedMemory);
  const imports =
    imported === undefined
      ? hostFunctions
      : { ...hostFunctions, env: { ...hostFunctions['env'], memory: imported } };
  const { exports } = new WebAssembly.Instance(source.module, imports);
  const memory = imported ?? exports[MEMORY_EXPORT];
  if (memory instanceof WebAssembly.Memory) {
    guest.memory = new LinearMemory(memory, (message) => guest.trap(`Bad pointer: ${message}`));
  }
  return exports;
}

function createMemory({ minPages, maxPages }: { minPages: number; maxPages: number }): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: minPages, maximum: maxPages });
}

function initialize(exports: Exports, guest: Guest): void {
  for (const name of INITIALIZERS) {
    const initializer = exports[name];
    if (typeof initializer === 'function') initializer();
  }
  const zygote = exports[ZYGOTE_EXPORT];
  const code: unknown = typeof zygote === 'function' ? zygote() : 0;
  if (typeof code === 'number' && code !== 0) guest.trap(`${ZYGOTE_EXPORT} returned ${code}`);
}

/** The exit code. */
function enter(exports: Exports): number {
  for (const name of ENTRY_EXPORTS) {
    const entry = exports[name];
    if (typeof entry !== 'function') continue;
    const returned: unknown = entry(0, 0);
    return name === 'main' && typeof returned === 'number' ? returned : 0;
  }
  throw new WebAssembly.LinkError(`The module exports no function ${ENTRY_EXPORTS.join(' or ')}`);
}

function exitOutcome(exitCode: number): CallOutcome {
  return exitCode === 0 ? { type: 'success' } : { type: 'exit', exitCode };
}

/** A trap, a stack overflow, an exception that the guest did not catch, or a failed instantiation. */
function trapOutcome(error: unknown): CallOutcome {
  const message = error instanceof Error ? error.message : 'Uncaught exception';
  return { type: 'error', code: 'guest.trap', message: message === '' ? 'Trap' : message };
}
