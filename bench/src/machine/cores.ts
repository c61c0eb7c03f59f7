import { readFileSync } from 'node:fs';

/** Which cores the servers run on, and which the load generator: never the same. */
export interface Cores {
  readonly server: readonly number[];
  readonly generator: readonly number[];
}

/** Divides the cores that this process may use: the last one generates load. Throws if there is only one. */
export function divideCores(): Cores {
  const cores = availableCores();
  if (cores.length < 2) {
    throw new Error(
      `A benchmark needs 2 cores, one of them for the load generator; there is ${cores.length}`,
    );
  }
  return { server: cores.slice(0, -1), generator: cores.slice(-1) };
}

/** The cores that this process may use. */
export function availableCores(): readonly number[] {
  const line = /^Cpus_allowed_list:\s*(.+)$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  return parseCoreList(line?.[1] ?? '');
}

/** The cores in a list such as `0-2,5`, which is also what `taskset` takes. Throws if it is none. */
export function parseCoreList(list: string): number[] {
  return list.split(',').flatMap((part) => {
    const range = /^(\d+)(?:-(\d+))?$/.exec(part.trim());
    if (range === null) throw new Error(`Not a list of cores: ${JSON.stringify(list)}`);
    const first = Number(range[1]);
    const last = Number(range[2] ?? first);
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  });
}
