import type { Guest } from '@faasm/faaslet';
import { SLICE_BYTES } from '../argument-bounds.ts';
import { ERRNO } from './errno.ts';
import type { PollEvent } from './poll-events.ts';
import { EVENT_TYPE, type StreamSubscription } from './poll-subscriptions.ts';
import { STDIN } from './standard-streams.ts';

/** What became of a subscription to a descriptor: the input is all there, and the logs take everything. */
export function streamEvent(
  guest: Guest,
  { fd, type }: StreamSubscription,
): Pick<PollEvent, 'errno' | 'readyBytes' | 'hasEnded'> {
  const isRead = type === EVENT_TYPE.fdRead;
  if (!guest.descriptors.has(fd) || isRead !== (fd === STDIN)) return { errno: ERRNO.badf };
  if (!isRead) return { errno: ERRNO.success, readyBytes: SLICE_BYTES };
  const readyBytes = guest.options.input.byteLength - guest.stdinOffset;
  return { errno: ERRNO.success, readyBytes, hasEnded: readyBytes === 0 };
}
