import type { Errno } from './errno.ts';

/** `struct event { u64 userdata; u16 error; u8 type; struct { u64 nbytes; u16 flags } at 16 }` */
export const EVENT_BYTES = 32;

const OFFSET = { userdata: 0, error: 8, type: 10, nbytes: 16, flags: 24 } as const;

/** Something that a guest waited for has come, or cannot come. */
export interface PollEvent {
  readonly userdata: bigint;
  /** `eventtype` of the standard. */
  readonly type: number;
  readonly errno: Errno;
  /** Of a descriptor: how many bytes can be read or written at once. */
  readonly readyBytes?: number;
  /** Of a descriptor: whether nothing more will come. */
  readonly hasEnded?: boolean;
}

/** `eventrwflags.fd_readwrite_hangup` */
const HANGUP = 1;

/** The standard's records of events. */
export function encodeEvents(events: readonly PollEvent[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(events.length * EVENT_BYTES));
  for (const [i, { userdata, type, errno, readyBytes = 0, hasEnded = false }] of events.entries()) {
    const at = i * EVENT_BYTES;
    view.setBigUint64(at + OFFSET.userdata, userdata, true);
    view.setUint16(at + OFFSET.error, errno, true);
    view.setUint8(at + OFFSET.type, type);
    view.setBigUint64(at + OFFSET.nbytes, BigInt(readyBytes), true);
    view.setUint16(at + OFFSET.flags, hasEnded ? HANGUP : 0, true);
  }
  return new Uint8Array(view.buffer);
}
