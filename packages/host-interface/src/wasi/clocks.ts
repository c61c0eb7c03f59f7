import type { Guest } from '@faasm/faaslet';

/** `clockid` of the standard: those that go on while a guest waits. */
export const CLOCK = { realtime: 0, monotonic: 1 } as const;

/** One of {@link CLOCK}. */
export type ClockId = (typeof CLOCK)[keyof typeof CLOCK];

/** `clockid` of the standard: processor time. A guest is one process with one thread, so that both show the same. */
const RUN_CLOCK = { process: 2, thread: 3 } as const;

type RunClockId = (typeof RUN_CLOCK)[keyof typeof RUN_CLOCK];

const NS_PER_MS = 1_000_000n;
const NS_PER_US = 1_000n;

/** Whether a guest can wait for the clock of the number. */
export function isClock(id: number): id is ClockId {
  return id === CLOCK.realtime || id === CLOCK.monotonic;
}

/** Whether the clock of the number shows the time that a guest itself ran. */
export function isRunClock(id: number): id is RunClockId {
  return id === RUN_CLOCK.process || id === RUN_CLOCK.thread;
}

/** What a clock shows, in nanoseconds. */
export function clockTime(id: ClockId): bigint {
  return id === CLOCK.realtime ? BigInt(Date.now()) * NS_PER_MS : process.hrtime.bigint();
}

/** How long a guest has run in this call, in nanoseconds: its time on the thread, without that in which it was suspended. */
export function runTime({ ranMs }: Pick<Guest, 'ranMs'>): bigint {
  return BigInt(Math.trunc(ranMs * Number(NS_PER_MS)));
}

/** In nanoseconds. */
export function clockResolution(id: ClockId | RunClockId): bigint {
  return id === CLOCK.realtime ? NS_PER_MS : NS_PER_US;
}
