import type { AppendedTerms } from './appended.ts';
import type { ByteRange, Piece } from './byte-range.ts';
import type { StateKey } from './state-key.ts';

/** What the cluster knows of a value. */
export interface ValueInfo {
  /** Fixed when the value was created. */
  readonly sizeBytes: number;
  /** Grows with each change; no version of a key is ever used again, not even after the value was deleted. */
  readonly version: number;
}

/** One value in a list. */
export interface ListedValue extends ValueInfo {
  readonly key: string;
}

/** What a change of a value is bound to. */
export interface ChangeTerms {
  /** Of the lock that whoever makes the change was granted; undefined when it took none. */
  readonly token?: number | undefined;
  /** The change is made only to this version; 0 means that there is no value yet. */
  readonly expectedVersion?: number | undefined;
}

/** Bytes that a value is to have. */
export interface Push extends ChangeTerms {
  /** Of the value, which is created with zeros where there is none. */
  readonly sizeBytes: number;
  /** At most 1 MiB each, and they do not overlap. Taken as they can be stored, so that large values need little memory. */
  readonly pieces: Iterable<Piece> | AsyncIterable<Piece>;
}

/** What is read of a value. */
export interface ReadTerms {
  readonly ranges: readonly ByteRange[];
  /**
   * Whether all pieces must be of one version: if the value changes meanwhile, the pieces end with `state.changed`.
   * Otherwise each is of the version that was current when it was read, and they end so only when the value is gone, or was
   * made anew with another size.
   */
  readonly sameVersion: boolean;
}

/** A value that is being read. */
export interface ValueReading {
  readonly info: ValueInfo;
  /** The bytes of the ranges in order, at most 1 MiB each. None begins in one chunk and ends in the middle of another. */
  readonly pieces: AsyncIterable<Piece>;
}

/** Who wants a lock. */
export interface LockTerms {
  /** The call, as whoever waits for the lock is told. */
  readonly holder: string;
  /** After which the lock is lost unless it was renewed, in milliseconds. */
  readonly leaseMs: number;
}

/** Answer to a wish for a lock: it was granted, or who holds it and how long that lease lasts still. */
export type LockAnswer =
  | { readonly granted: true; readonly token: number }
  | { readonly granted: false; readonly holder: string; readonly leaseLeftMs: number };

/**
 * Port: the cluster's copies of state values, their locks, and logs of appended elements. A value and a log of the same
 * key have nothing to do with each other.
 *
 * Every method may reject with `state.unavailable`; then a change may have been made or not. Those that write may reject
 * with `state.full`. Changes of a value:
 * - are made whole or not at all, and are seen by every read that begins after they were acknowledged (I6, I8);
 * - are refused with `state.fenced` when they carry a token that is not the last one granted, or whose lease is over (I7),
 *   and with `state.locked` when they carry none while the lock is held;
 * - are refused with `state.conflict` when `expectedVersion` is not the version.
 */
export interface GlobalTier {
  /** Undefined when there is no such value. */
  describe(key: StateKey): Promise<ValueInfo | undefined>;

  /** Begins to read ranges, all of which must end within the value (`state.bad_range`). Undefined as above. */
  read(key: StateKey, terms: ReadTerms): Promise<ValueReading | undefined>;

  /** Writes pieces. `state.size_mismatch` when the value has another size; `state.bad_range` for a piece beyond the end. */
  push(key: StateKey, push: Push): Promise<ValueInfo>;

  /**
   * Adds to a value of 8 bytes, a signed 64-bit integer with its lowest byte first that wraps around; created with 0.
   * `state.size_mismatch` when it has another size. Resolves with what it came to.
   */
  increment(key: StateKey, delta: bigint, terms: ChangeTerms): Promise<{ value: bigint; info: ValueInfo }>;

  /** Removes a value. False when there was none. */
  delete(key: StateKey, terms: ChangeTerms): Promise<boolean>;

  /** The values of a user in the order of their keys' bytes, at most `limit`, after the key `after`. */
  list(
    user: string,
    page: { readonly after?: string | undefined; readonly limit: number },
  ): Promise<ListedValue[]>;

  /** Appends an element of at most 1 MiB to a log, which may be missing. Resolves with how many there are. */
  append(key: StateKey, element: Uint8Array): Promise<number>;

  /** The first elements of a log. `state.too_large` when they have more bytes than asked for, or are too many. */
  readAppended(key: StateKey, terms: AppendedTerms): Promise<Uint8Array[]>;

  /** Empties a log. */
  clearAppended(key: StateKey): Promise<void>;

  /** Asks for the lock of a key, once. Tokens of a key only grow (I7). */
  tryLock(key: StateKey, terms: LockTerms): Promise<LockAnswer>;

  /** Lets a lease last `leaseMs` from now. False when the lock was lost. */
  renewLock(key: StateKey, token: number, leaseMs: number): Promise<boolean>;

  /** Gives a lock back. False when it was lost. */
  unlock(key: StateKey, token: number): Promise<boolean>;

  /** Calls `listener` after each change of a value and whenever its lock was given back, sometimes without cause, until the returned function is called. */
  watch(key: StateKey, listener: () => void): Promise<() => void>;

  close(): Promise<void>;
}
