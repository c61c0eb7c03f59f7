/** WASI's answer to what is not there. */
const ENOSYS = 52;

/**
 * Imports for programs that only compute: there are no files, it is always the same moment, and nothing is random, so
 * that each run does the same work.
 */
export function benchHost(
  module: WebAssembly.Module,
  memory: () => WebAssembly.Memory,
): Record<string, Record<string, WebAssembly.ImportValue>> {
  const zero = (pointer: number, length: number): number => {
    new Uint8Array(memory().buffer, pointer, length).fill(0);
    return 0;
  };
  const known: Readonly<Record<string, (...values: never[]) => number>> = {
    environ_sizes_get: (count: number, size: number) => zero(count, 4) + zero(size, 4),
    clock_time_get: (_clock: number, _precision: bigint, time: number) => zero(time, 8),
    random_get: zero,
  };
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    if (kind !== 'function') continue;
    const answer = missing(from, name);
    (imports[from] ??= {})[name] = known[name] ?? (() => answer);
  }
  return imports;
}

/** What is no system call is asked whether to stop, or for a time. */
function missing(from: string, name: string): number {
  if (from !== 'env') return ENOSYS;
  return name.startsWith('__syscall_') ? -ENOSYS : 0;
}
