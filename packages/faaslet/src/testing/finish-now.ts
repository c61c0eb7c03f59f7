import type { HostWork } from '../instance/host-work.ts';

/** Host functions for an instance that was not prepared: what they would do in parts they do at once. */
export function finishNow(imports: WebAssembly.Imports): WebAssembly.Imports {
  const modules = Object.entries(imports).map(([module, functions]) => {
    const entries = Object.entries(functions).map(([name, target]) => [
      name,
      typeof target === 'function' ? finishing(target) : target,
    ]);
    return [module, Object.fromEntries(entries) as Record<string, WebAssembly.ImportValue>];
  });
  return Object.fromEntries(modules) as WebAssembly.Imports;
}

/** Nobody writes or notifies it: to wait on it is to pause. */
const sleep = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

function finishing(target: object): (...values: unknown[]) => unknown {
  return (...values) => {
    const value: unknown = Reflect.apply(target as (...given: unknown[]) => unknown, undefined, values);
    if (typeof value !== 'object') return value;
    const work = value as HostWork<unknown>;
    for (;;) {
      const step = work.next();
      if (step.done === true) return step.value;
      if (step.value !== undefined) Atomics.wait(sleep, 0, 0, step.value - performance.now());
    }
  };
}
