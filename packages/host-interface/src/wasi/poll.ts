import type { Guest, HostWork } from '@faasm/faaslet';
import type { ArgumentBounds } from '../argument-bounds.ts';
import type { CurrentGuest, HostFamily } from '../host-function.ts';
import { clockTime } from './clocks.ts';
import { descriptorEvent } from './descriptor-events.ts';
import { ERRNO, type Errno } from './errno.ts';
import { EVENT_BYTES, encodeEvents, type PollEvent } from './poll-events.ts';
import {
  decodeSubscriptions,
  SUBSCRIPTION_BYTES,
  type ClockSubscription,
  type Subscription,
} from './poll-subscriptions.ts';

const NS_PER_MS = 1_000_000;

/** `poll_oneoff`: the guest waits until something that it asked for has come. */
export function poll(current: CurrentGuest, bounds: ArgumentBounds): HostFamily {
  return {
    /**
     * `errno poll_oneoff(const subscription *in, event *out, size nsubscriptions, size *nevents)`. Descriptors are ready at
     * once. A subscription that means nothing to this host is answered by an event with an errno; one that is not of the
     * standard's form fails the call. No guest can wait for the time that it runs itself: `inval`.
     */
    poll_oneoff: (
      subscriptions: number,
      events: number,
      count: number,
      written: number,
    ): Errno | HostWork<Errno> => {
      const size = count >>> 0;
      if (size === 0 || size > bounds.subscriptions) return ERRNO.inval;
      const guest = current();
      // Before the wait: a guest that passed a bad pointer is told at once.
      guest.memory.require(events, size * EVENT_BYTES);
      guest.memory.require(written, Uint32Array.BYTES_PER_ELEMENT);
      const asked = decodeSubscriptions(guest.memory.read(subscriptions, size * SUBSCRIPTION_BYTES));
      return asked === undefined ? ERRNO.inval : waitForEvents(guest, asked, { events, written });
    },
  };
}

function* waitForEvents(
  guest: Guest,
  subscriptions: readonly Subscription[],
  to: { events: number; written: number },
): HostWork<Errno> {
  for (;;) {
    const events = subscriptions.flatMap((subscription) => eventOf(guest, subscription) ?? []);
    if (events.length > 0) {
      guest.memory.write(to.events, encodeEvents(events));
      guest.memory.writeU32(to.written, events.length);
      return ERRNO.success;
    }
    // A clock that was set meanwhile may show an earlier time, so that it is looked at again.
    yield Math.min(...subscriptions.map(momentOf));
  }
}

/** Undefined when what was asked for has not come. */
function eventOf(guest: Guest, subscription: Subscription): PollEvent | undefined {
  const { userdata, type } = subscription;
  if ('errno' in subscription) return { userdata, type, errno: subscription.errno };
  if ('fd' in subscription) return { userdata, type, ...descriptorEvent(guest, subscription) };
  const isDue = clockTime(subscription.clock) >= subscription.until;
  return isDue ? { userdata, type, errno: ERRNO.success } : undefined;
}

/** When a subscription is due, in milliseconds of `performance.now()`. */
function momentOf(subscription: Subscription): number {
  return 'until' in subscription ? performance.now() + remainingMs(subscription) : Infinity;
}

function remainingMs({ clock, until }: ClockSubscription): number {
  return Number(until - clockTime(clock)) / NS_PER_MS;
}
