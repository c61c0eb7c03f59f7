import { readdirSync, readFileSync } from 'node:fs';

/** Linux reports times to programs in hundredths of a second on every architecture that Node runs on (USER_HZ). */
const TICKS_PER_SECOND = 100;

/** Where the times are among the fields of `/proc/<pid>/stat` behind the name. Source: proc_pid_stat(5). */
const TIME_FIELDS = { user: 11, system: 12, childrenUser: 13, childrenSystem: 14 } as const;

/**
 * CPU time in seconds, user and system, that these processes and all their descendants have used so far, those that
 * have ended and were waited for included. Steps of 0.01 s. Throws if one of `roots` is gone.
 */
export function cpuSeconds(roots: readonly number[]): number {
  const seen = new Set<number>();
  let ticks = 0;
  for (const root of roots) {
    const own = ticksOf(root);
    if (own === undefined) throw new Error(`Process ${root} ended while it was measured`);
    if (seen.has(root)) continue;
    seen.add(root);
    ticks += own + ticksOfDescendants(root, seen);
  }
  return ticks / TICKS_PER_SECOND;
}

/** Times out of the text of `/proc/<pid>/stat`, in ticks. Throws if it does not look like one. */
export function parseStatTicks(stat: string): number {
  // The name is in parentheses and may contain spaces and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  let ticks = 0;
  for (const field of Object.values(TIME_FIELDS)) {
    const value = Number(fields[field]);
    if (!Number.isInteger(value)) throw new Error(`Unexpected process status ${JSON.stringify(stat)}`);
    ticks += value;
  }
  return ticks;
}

function ticksOfDescendants(pid: number, seen: Set<number>): number {
  let ticks = 0;
  for (const child of childrenOf(pid)) {
    if (seen.has(child)) continue;
    seen.add(child);
    // A child that has just ended is in its parent's times as soon as the parent waited for it.
    ticks += (ticksOf(child) ?? 0) + ticksOfDescendants(child, seen);
  }
  return ticks;
}

function childrenOf(pid: number): number[] {
  const children: number[] = [];
  for (const thread of unlessGone(() => readdirSync(`/proc/${pid}/task`)) ?? []) {
    const list = unlessGone(() => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')) ?? '';
    children.push(...list.split(' ').filter(Boolean).map(Number));
  }
  return children;
}

function ticksOf(pid: number): number | undefined {
  const stat = unlessGone(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return stat === undefined ? undefined : parseStatTicks(stat);
}

/** ENOENT: the process was gone before the file was opened; ESRCH: before it was read. */
function unlessGone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}
