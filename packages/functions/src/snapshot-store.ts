import type { FunctionRef } from '@faasm/protocol';

/**
 * Port: where the snapshots of initialised functions are, for other processes and for the time after a restart. What is
 * read may be anything: whoever reads it checks who made it. Methods may throw `store.unavailable`.
 */
export interface SnapshotStore {
  /** Undefined when there is none of this name: 64 hexadecimal digits. */
  read(ref: FunctionRef, name: string): Promise<Uint8Array<ArrayBuffer> | undefined>;

  /** Keeps a snapshot, whole or not at all. Of one function only the newest 8 are kept. */
  write(ref: FunctionRef, snapshot: { readonly name: string; readonly bytes: Uint8Array }): Promise<void>;

  /** Removes all snapshots of a function. */
  remove(ref: FunctionRef): Promise<void>;
}

/** Snapshots of one function that are kept: its versions, before and after a roll-back, on hosts of two releases. */
export const SNAPSHOTS_KEPT = 8;
