import { preparedFacts, type PreparedFacts } from './module/prepare/prepared-facts.ts';

/** A prepared module, compiled; threads can share it. */
export interface FaasletModule {
  readonly module: WebAssembly.Module;
  readonly facts: PreparedFacts;
}

/** Compiles what `prepareModule` made, off this thread. Throws `TypeError` for what another version of it made. */
export async function compileFaasletModule(prepared: Uint8Array<ArrayBuffer>): Promise<FaasletModule> {
  const module = await WebAssembly.compile(prepared);
  return { module, facts: preparedFacts(module) };
}
