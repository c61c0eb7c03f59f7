import { clockTime, CLOCK, isClock, type ClockId } from './clocks.ts';
import { ERRNO, type Errno } from './errno.ts';

/** `struct subscription { u64 userdata; u8 tag; union at 16 { clock; fd } }` */
export const SUBSCRIPTION_BYTES = 48;

const OFFSET = { userdata: 0, tag: 8, fd: 16, clock: 16, timeout: 24, flags: 40 } as const;

/** `eventtype` of the standard. */
export const EVENT_TYPE = { clock: 0, fdRead: 1, fdWrite: 2 } as const;

/** `subclockflags.subscription_clock_abstime`: the time-out is a time that the clock will show. */
const ABSOLUTE = 1;

const U64_MAX = 2n ** 64n - 1n;

interface Asked {
  /** Comes back in the event. */
  readonly userdata: bigint;
  readonly type: (typeof EVENT_TYPE)[keyof typeof EVENT_TYPE];
}

/** That a clock shows a time. */
export interface ClockSubscription extends Asked {
  readonly clock: ClockId;
  /** In nanoseconds of that clock. */
  readonly until: bigint;
}

/** That a descriptor can be read or written. */
export interface DescriptorSubscription extends Asked {
  readonly fd: number;
}

/** Something that this host does not have. */
interface RefusedSubscription extends Asked {
  readonly errno: Errno;
}

/** What a guest waits for. */
export type Subscription = ClockSubscription | DescriptorSubscription | RefusedSubscription;

/** Reads subscriptions out of a copy of a guest's bytes; undefined when one is not of the standard's form. */
export function decodeSubscriptions(bytes: Uint8Array): Subscription[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const subscriptions: Subscription[] = [];
  for (let at = 0; at < bytes.byteLength; at += SUBSCRIPTION_BYTES) {
    const subscription = decode(view, at);
    if (subscription === undefined) return undefined;
    subscriptions.push(subscription);
  }
  return subscriptions;
}

function decode(view: DataView, at: number): Subscription | undefined {
  const userdata = view.getBigUint64(at + OFFSET.userdata, true);
  const type = view.getUint8(at + OFFSET.tag);
  if (type === EVENT_TYPE.clock) return decodeClock(view, { at, userdata });
  if (type !== EVENT_TYPE.fdRead && type !== EVENT_TYPE.fdWrite) return undefined;
  return { userdata, type, fd: view.getUint32(at + OFFSET.fd, true) };
}

/** A time-out that is relative does not move when the clock is set, so that it is one of the monotonic clock. */
function decodeClock(
  view: DataView,
  { at, userdata }: { at: number; userdata: bigint },
): Subscription | undefined {
  const flags = view.getUint16(at + OFFSET.flags, true);
  if ((flags & ~ABSOLUTE) !== 0) return undefined;
  const clock = view.getUint32(at + OFFSET.clock, true);
  const asked = { userdata, type: EVENT_TYPE.clock };
  if (!isClock(clock)) return { ...asked, errno: ERRNO.inval };
  const timeout = view.getBigUint64(at + OFFSET.timeout, true);
  if ((flags & ABSOLUTE) !== 0) return { ...asked, clock, until: timeout };
  const until = clockTime(CLOCK.monotonic) + timeout;
  return { ...asked, clock: CLOCK.monotonic, until: until > U64_MAX ? U64_MAX : until };
}
