import { FaasmError } from '@faasm/protocol';
import type { ByteRange } from './byte-range.ts';
import type { ChangeTerms, ValueInfo } from './global-tier.ts';
import { formatStateKey, type StateKey } from './state-key.ts';

/** Of a value that {@link GlobalTier.increment} adds to. */
export const COUNTER_BYTES = 8;

/** A lock as a tier keeps it. */
export interface LockRecord {
  /** The last one that was granted. */
  readonly token: number;
  readonly holder: string;
  /** When the lease ends, or ended, in milliseconds of the tier's clock; 0 when the lock was given back. */
  readonly until: number;
}

/** Whether a lease is not over. */
export function isHeld(lock: LockRecord | undefined, now: number): lock is LockRecord {
  return lock !== undefined && lock.until > now;
}

/** What a tier knows of a key when somebody wants to change its value. */
export interface KeyRecord {
  readonly info: ValueInfo | undefined;
  /** Undefined when the key was never locked. */
  readonly lock: LockRecord | undefined;
}

/**
 * What every tier that decides in JavaScript asks before a change. Throws `state.fenced`, `state.locked`, `state.conflict` as
 * {@link GlobalTier} says (I6, I7).
 */
export function checkChange(
  key: StateKey,
  record: KeyRecord,
  terms: ChangeTerms & { readonly now: number },
): void {
  const { info, lock } = record;
  const { token, expectedVersion, now } = terms;
  const held = isHeld(lock, now) ? lock : undefined;
  if (token !== undefined && held?.token !== token) {
    throw new FaasmError('state.fenced', `Lock of ${formatStateKey(key)} with token ${token} was lost`);
  }
  if (token === undefined && held !== undefined)
    throw new FaasmError('state.locked', `${formatStateKey(key)} is locked by ${held.holder}`);
  const version = info?.version ?? 0;
  if (expectedVersion !== undefined && expectedVersion !== version) {
    const message = `${formatStateKey(key)} has version ${version}, not ${expectedVersion}`;
    throw new FaasmError('state.conflict', message);
  }
}

/** Throws `state.size_mismatch` when a value has another size than is said. */
export function checkSize(key: StateKey, info: ValueInfo | undefined, sizeBytes: number): void {
  if (info === undefined || info.sizeBytes === sizeBytes) return;
  const message = `${formatStateKey(key)} has ${info.sizeBytes} bytes, not ${sizeBytes}`;
  throw new FaasmError('state.size_mismatch', message);
}

/** Throws `state.bad_range` when a range is none, or not inside a value. */
export function checkRange(key: StateKey, sizeBytes: number, { start, end }: ByteRange): void {
  if (start >= 0 && start <= end && end <= sizeBytes) return;
  const message = `Bytes ${start} to ${end} are not inside ${formatStateKey(key)}, which has ${sizeBytes} bytes`;
  throw new FaasmError('state.bad_range', message);
}

/** What a reading of one version ends with when the value has another one by now, or is gone. */
export function changedMeanwhile(key: StateKey): FaasmError {
  return new FaasmError('state.changed', `${formatStateKey(key)} changed while it was read`);
}
