import type { RunTime } from './run-time.ts';

/** What decides whether a job ends in time. Moments are in milliseconds since the Unix epoch. */
export interface JobProgress {
  readonly acceptedAt: number;
  readonly deadlineAt: number;
  /** For how long it has run, in milliseconds. */
  readonly ranMs: number;
  /** What is known of its function; undefined when nothing can be. */
  readonly runTime: RunTime | undefined;
}

/** For what a job needs more than others of its function, and for its answer on its way to the caller. */
const SPARE = { factor: 1.1, ms: 20 };

/**
 * Whether a job will hardly end before its deadline, so that its time is better spent on others that wait. It has
 * waited for most of its time then: what is known of a function may be wrong, and a call that comes new may try.
 */
export function isHopeless(job: JobProgress, now: number): boolean {
  const leftMs = job.deadlineAt - now;
  return now - job.acceptedAt > leftMs && leftMs < neededMs(job);
}

/** Whether a job will end before its deadline, but hardly if it makes room for `ms`. */
export function isUrgent(
  job: JobProgress,
  { now, ms }: { readonly now: number; readonly ms: number },
): boolean {
  const needed = neededMs(job);
  const spareMs = job.deadlineAt - now - needed;
  return needed > 0 && spareMs >= 0 && spareMs < ms;
}

/** 0 when a job has run for longer than was to be expected: nothing is known of what is left then. */
function neededMs({ runTime, ranMs }: JobProgress): number {
  const restMs = (runTime?.expectedMs ?? 0) - ranMs;
  return restMs > 0 ? SPARE.factor * restMs + SPARE.ms : 0;
}
