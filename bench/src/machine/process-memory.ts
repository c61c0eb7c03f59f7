import { readFileSync } from 'node:fs';

const KIB_PER_MIB = 1_024;

/** How memory is counted: pages that are mapped several times as often as they are, or once. */
interface Counting {
  readonly file: string;
  readonly line: RegExp;
}

const RESIDENT: Counting = { file: 'status', line: /^VmRSS:\s+(\d+) kB$/m };
const PROPORTIONAL: Counting = { file: 'smaps_rollup', line: /^Pss:\s+(\d+) kB$/m };

/** Whose memory to measure, and how often. */
export interface Measured {
  readonly pids: readonly number[];
  readonly everyMs: number;
}

/** What was measured while a work went on. */
export interface WithMemory<T> {
  readonly result: T;
  readonly mib: readonly number[];
}

/** Measures the resident memory of processes every `everyMs` while `work` goes on, in MiB. Throws when one has ended. */
export async function withResidentMib<T>(measured: Measured, work: () => Promise<T>): Promise<WithMemory<T>> {
  return await withMib(RESIDENT, { measured, work });
}

/** As {@link withResidentMib}, but pages that are mapped several times count once; each measurement takes longer. */
export async function withProportionalMib<T>(
  measured: Measured,
  work: () => Promise<T>,
): Promise<WithMemory<T>> {
  return await withMib(PROPORTIONAL, { measured, work });
}

async function withMib<T>(
  counting: Counting,
  { measured: { pids, everyMs }, work }: { measured: Measured; work: () => Promise<T> },
): Promise<WithMemory<T>> {
  const measure = (): number => pids.reduce((sum, pid) => sum + kibOf(pid, counting), 0) / KIB_PER_MIB;
  const mib = [measure()];
  const timer = setInterval(() => {
    mib.push(measure());
  }, everyMs);
  try {
    const result = await work();
    return { result, mib };
  } finally {
    clearInterval(timer);
  }
}

function kibOf(pid: number, { file, line }: Counting): number {
  const kib = line.exec(readFileSync(`/proc/${pid}/${file}`, 'utf8'))?.[1];
  if (kib === undefined) throw new Error(`Process ${pid} ended while it was measured`);
  return Number(kib);
}
