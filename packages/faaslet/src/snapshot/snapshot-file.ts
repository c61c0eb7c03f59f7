import { concat, utf8 } from '@faasm/stdx';
import { createHmac, timingSafeEqual } from 'node:crypto';
import {
  decodeSnapshot,
  encodeSnapshot,
  SnapshotRefusedError,
  type SnapshotBounds,
} from './snapshot-codec.ts';
import type { Snapshot } from './snapshot.ts';
import { identityDigest, type SnapshotIdentity } from './snapshot-identity.ts';

/**
 * A stored snapshot:
 *
 * | bytes | what                                                     |
 * | ----- | -------------------------------------------------------- |
 * | 8     | `faasmsn1`                                               |
 * | 32    | SHA-256 of the identity                                  |
 * | 32    | HMAC-SHA256 of all the rest, with the host's key         |
 * | rest  | the snapshot                                             |
 */
const MAGIC = utf8('faasmsn1');
const DIGEST_BYTES = 32;
const HEADER_BYTES = MAGIC.byteLength + 2 * DIGEST_BYTES;

/** Whose snapshot a file is, and what proves that this host made it. */
export interface SnapshotSeal {
  readonly identity: SnapshotIdentity;
  readonly key: Uint8Array;
}

/** A snapshot as a file that only a holder of the key could have made. */
export function sealSnapshot(snapshot: Snapshot, { identity, key }: SnapshotSeal): Uint8Array<ArrayBuffer> {
  const payload = encodeSnapshot(snapshot);
  const digest = identityDigest(identity);
  return concat([MAGIC, digest, authenticate(key, [digest, payload]), payload]);
}

/**
 * The snapshot in a file. Nothing of it is looked at before it is known who made it. Throws `SnapshotRefusedError` with
 * the reason for anything but a whole, unchanged file of this identity, made with this key.
 */
export function openSnapshot(
  file: Uint8Array,
  { identity, key, bounds }: SnapshotSeal & { readonly bounds: SnapshotBounds },
): Snapshot {
  if (file.byteLength < HEADER_BYTES)
    throw new SnapshotRefusedError(`It has ${file.byteLength} bytes, less than a header of ${HEADER_BYTES}`);
  const digest = file.subarray(MAGIC.byteLength, MAGIC.byteLength + DIGEST_BYTES);
  const code = file.subarray(MAGIC.byteLength + DIGEST_BYTES, HEADER_BYTES);
  const payload = file.subarray(HEADER_BYTES);
  if (Buffer.compare(file.subarray(0, MAGIC.byteLength), MAGIC) !== 0)
    throw new SnapshotRefusedError('It does not begin as a snapshot of this format');
  if (!timingSafeEqual(code, authenticate(key, [digest, payload])))
    throw new SnapshotRefusedError('It was changed, or made with another key');
  if (!timingSafeEqual(digest, identityDigest(identity)))
    throw new SnapshotRefusedError('It is of another function, version, user or host interface');
  return decodeSnapshot(payload, bounds);
}

function authenticate(key: Uint8Array, parts: readonly Uint8Array[]): Buffer {
  const hmac = createHmac('sha256', key).update(MAGIC);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}
