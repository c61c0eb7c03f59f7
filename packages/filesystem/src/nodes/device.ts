import { randomFillSync } from 'node:crypto';

/** Something that looks like a file and takes all that is written to it. */
export interface Device {
  /** Fills `target` as far as there are bytes; returns how many there were. */
  readonly read: (target: Uint8Array) => number;
}

/** `/dev/null`: has no bytes. */
export const NULL_DEVICE: Device = { read: () => 0 };

/** `/dev/urandom`: has random bytes without end. */
export const RANDOM_DEVICE: Device = { read: (target) => randomFillSync(target).byteLength };
