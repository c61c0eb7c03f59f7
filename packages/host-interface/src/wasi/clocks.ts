/** `clockid` of the standard. The processor-time clocks 2 and 3 are not offered. */
export const CLOCK = { realtime: 0, monotonic: 1 } as const;

/** One of {@link CLOCK}. */
export type ClockId = (typeof CLOCK)[keyof typeof CLOCK];

const NS_PER_MS = 1_000_000n;
const NS_PER_US = 1_000n;

/** Whether this host has a clock of the number. */
export function isClock(id: number): id is ClockId {
  return id === CLOCK.realtime || id === CLOCK.monotonic;
}

/** What a clock shows, in nanoseconds. */
export function clockTime(id: ClockId): bigint {
  return id === CLOCK.realtime ? BigInt(Date.now()) * NS_PER_MS : process.hrtime.bigint();
}

/** In nanoseconds. */
export function clockResolution(id: ClockId): bigint {
  return id === CLOCK.realtime ? NS_PER_MS : NS_PER_US;
}
