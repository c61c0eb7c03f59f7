import { setFlagsFromString } from 'node:v8';
import type { FaasletModule } from '../faaslet-module.ts';
import { PREPARED_EXPORT } from '../module/names.ts';
import { EngineThread } from './engine-thread.ts';
import { PreparedInstance } from './prepared-instance.ts';

type Optimise = (exported: unknown) => void;

/** V8's own function for it, where this V8 has it; its name is syntax, which is only understood with a flag. */
function findOptimise(): Optimise | undefined {
  setFlagsFromString('--allow-natives-syntax');
  try {
    // oxlint-disable-next-line typescript/no-implied-eval -- The code is this constant.
    return new Function('exported', '%WasmTierUpFunction(exported)') as Optimise;
  } catch {
    return undefined;
  } finally {
    setFlagsFromString('--no-allow-natives-syntax');
  }
}

const optimise = findOptimise();

/**
 * Compiles the hot functions of a module for full speed: for all instances of it in all threads. Runs nothing of the guest. Stops after `limitMs` milliseconds; returns how many functions it compiled, which is
 * 0 where V8 does not offer it.
 */
export function tierUpModule(source: FaasletModule, limitMs: number): number {
  if (optimise === undefined) return 0;
  const instance = emptyInstance(source);
  const functionOf = instance.function(PREPARED_EXPORT.function);
  const from = performance.now();
  let done = 0;
  for (const index of source.facts.hotFunctions) {
    if (performance.now() - from >= limitMs) break;
    optimise(functionOf?.(index));
    done += 1;
  }
  return done;
}

/** An instance whose imports do nothing, and that nobody enters. */
function emptyInstance(source: FaasletModule): PreparedInstance {
  const hostFunctions: Record<string, Record<string, () => number>> = {};
  for (const { module, name, kind } of WebAssembly.Module.imports(source.module)) {
    if (kind === 'function') (hostFunctions[module] ??= {})[name] = () => 0;
  }
  const pages = source.facts.memory?.minPages ?? 0;
  const memory = new WebAssembly.Memory({ initial: pages });
  return new PreparedInstance(source, { memory, thread: new EngineThread(), hostFunctions });
}
