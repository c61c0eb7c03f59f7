import { readFileSync } from 'node:fs';

const KIB_PER_MIB = 1_024;

/** Measures the resident memory of processes every `everyMs` while `work` goes on, in MiB. Throws when one has ended. */
export async function withResidentMib<T>(
  { pids, everyMs }: { readonly pids: readonly number[]; readonly everyMs: number },
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly mib: readonly number[] }> {
  const mib = [residentMib(pids)];
  const timer = setInterval(() => {
    mib.push(residentMib(pids));
  }, everyMs);
  try {
    const result = await work();
    return { result, mib };
  } finally {
    clearInterval(timer);
  }
}

/** Memory that the processes have in use together, in MiB. Throws if one has ended. */
function residentMib(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + residentKib(pid), 0) / KIB_PER_MIB;
}

function residentKib(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kib === undefined) throw new Error(`Process ${pid} ended while it was measured`);
  return Number(kib);
}
