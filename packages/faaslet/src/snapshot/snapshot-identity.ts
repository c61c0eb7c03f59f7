import { createHash } from 'node:crypto';

/** Everything that a snapshot depends on. If any of it differs, it is another snapshot. */
export interface SnapshotIdentity {
  readonly user: string;
  /** SHA-256 of the module as it was uploaded. */
  readonly moduleDigest: string;
  readonly preparerVersion: number;
  readonly hostInterfaceVersion: number;
  /** Digest of what constructors can see: arguments, environment, limits. */
  readonly environmentDigest: string;
}

/** SHA-256 of an identity, 32 bytes. */
export function identityDigest(identity: SnapshotIdentity): Buffer {
  const { user, moduleDigest, preparerVersion, hostInterfaceVersion, environmentDigest } = identity;
  const parts = [user, moduleDigest, preparerVersion, hostInterfaceVersion, environmentDigest];
  return createHash('sha256').update(JSON.stringify(parts)).digest();
}
