import type { Guest } from '../guest.ts';
import type { GuestScheduler } from '../instance/engine-thread.ts';

/** Longest delay of a timer, in milliseconds. */
const TIMER_MS_MAX = 0x7fff_ffff;

/** The scheduler of a guest that has its thread to itself: it is suspended only while it waits. */
export class LoneGuest implements GuestScheduler {
  shouldPause(): boolean {
    return false;
  }

  paused(_: Guest, resume: () => void): void {
    setImmediate(resume);
  }

  waits(_: Guest, { until, resume }: { until: number; resume: () => void }): void {
    const delayMs = until - performance.now();
    if (delayMs <= 0) setImmediate(resume);
    else setTimeout(resume, Math.min(delayMs, TIMER_MS_MAX));
  }
}
