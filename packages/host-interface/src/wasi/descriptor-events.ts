import type { Guest } from '@faasm/faaslet';
import { RIGHT, type OpenFile } from '@faasm/filesystem';
import { SLICE_BYTES } from '../argument-bounds.ts';
import { ERRNO } from './errno.ts';
import { errnoOf } from './files/answering.ts';
import { descriptorOf } from './files/opened.ts';
import type { PollEvent } from './poll-events.ts';
import { EVENT_TYPE, type DescriptorSubscription } from './poll-subscriptions.ts';

/** What came of a subscription. */
type Readiness = Pick<PollEvent, 'errno' | 'readyBytes' | 'hasEnded'>;

/** What became of a subscription to a descriptor: the input and all files are there, and everything takes writes at once. */
export function descriptorEvent(guest: Guest, { fd, type }: DescriptorSubscription): Readiness {
  const isRead = type === EVENT_TYPE.fdRead;
  try {
    const right = isRead ? RIGHT.fdRead : RIGHT.fdWrite;
    const { target } = guest.files.descriptors.get(fd);
    if (target.kind !== 'opened' && isRead !== (target.kind === 'stdin')) return { errno: ERRNO.badf };
    descriptorOf(guest, fd, RIGHT.pollFdReadwrite | right);
    if (!isRead) return { errno: ERRNO.success, readyBytes: SLICE_BYTES };
    return target.kind === 'opened' ? fileReadiness(target) : inputReadiness(guest);
  } catch (error) {
    return { errno: errnoOf(error) };
  }
}

function inputReadiness({ options, stdinOffset }: Guest): Readiness {
  const readyBytes = options.input.byteLength - stdinOffset;
  return { errno: ERRNO.success, readyBytes, hasEnded: readyBytes === 0 };
}

/** A file is ready at its end too: a read there returns at once. */
function fileReadiness({ node, offset }: OpenFile): Readiness {
  const readyBytes = node.kind === 'file' ? Math.max(0, node.content.sizeBytes - offset) : SLICE_BYTES;
  return { errno: ERRNO.success, readyBytes };
}
