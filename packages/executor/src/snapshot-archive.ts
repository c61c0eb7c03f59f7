import {
  identityDigest,
  openSnapshot,
  PAGE_BYTES,
  PREPARER_VERSION,
  sealSnapshot,
  SnapshotRefusedError,
  type FaasletModule,
  type Snapshot,
  type SnapshotIdentity,
} from '@faasm/faaslet';
import { FILE_LIMITS } from '@faasm/filesystem';
import type { SnapshotStore } from '@faasm/functions';
import {
  environmentDigest,
  guestLaunch,
  HOST_INTERFACE_VERSION,
  type ArgumentBounds,
} from '@faasm/host-interface';
import { formatFunctionRef, isFaasmError } from '@faasm/protocol';
import { EXECUTOR_EVENTS } from './executor-events.ts';
import { moduleDigest, type FunctionVersionRef } from './function-version.ts';

/** Where snapshots outlive the process. */
export interface SnapshotKeeping {
  readonly store: SnapshotStore;
  /** Proves that a host of this installation made a snapshot. */
  readonly key: Uint8Array;
}

/** Keeps snapshots of initialised functions, and gives them back only where they fit. Its failures only cost time. */
export class SnapshotArchive {
  readonly #keeping: SnapshotKeeping;
  readonly #bounds: ArgumentBounds;

  /** `bounds` are those of the host calls of guests, whose constructors may have met them. */
  constructor(keeping: SnapshotKeeping, bounds: ArgumentBounds) {
    this.#keeping = keeping;
    this.#bounds = bounds;
  }

  /** The snapshot of a version; undefined when there is none that can be used. */
  async load(version: FunctionVersionRef, source: FaasletModule): Promise<Snapshot | undefined> {
    const { store, key } = this.#keeping;
    const identity = this.#identity(version);
    try {
      const file = await store.read(version.ref, identityDigest(identity).toString('hex'));
      if (file === undefined) return undefined;
      const bounds = { pagesMax: pagesMax(version), savedGlobals: source.facts.savedGlobals };
      return openSnapshot(file, { identity, key, bounds });
    } catch (error) {
      report(version, error);
      return undefined;
    }
  }

  /** Stores a snapshot. Never rejects. */
  async save(version: FunctionVersionRef, snapshot: Snapshot): Promise<void> {
    const { store, key } = this.#keeping;
    const identity = this.#identity(version);
    try {
      const bytes = sealSnapshot(snapshot, { identity, key });
      await store.write(version.ref, { name: identityDigest(identity).toString('hex'), bytes });
    } catch (error) {
      report(version, error);
    }
  }

  #identity(version: FunctionVersionRef): SnapshotIdentity {
    return {
      user: version.ref.user,
      moduleDigest: moduleDigest(version),
      preparerVersion: PREPARER_VERSION,
      hostInterfaceVersion: HOST_INTERFACE_VERSION,
      environmentDigest: environmentDigest({
        ...guestLaunch(version.launch),
        filesDigest: version.parts?.files.digest,
        memoryPagesMax: pagesMax(version),
        bounds: this.#bounds,
        fileLimits: version.limits.files ?? FILE_LIMITS,
      }),
    };
  }
}

/** What a constructor can see of the limit of its memory. */
function pagesMax({ limits }: FunctionVersionRef): number {
  return Math.floor(limits.memoryBytes / PAGE_BYTES);
}

function report({ ref, digest }: FunctionVersionRef, error: unknown): void {
  if (!(error instanceof SnapshotRefusedError) && !isFaasmError(error)) throw error;
  EXECUTOR_EVENTS.snapshotProblem.publish({
    function: formatFunctionRef(ref),
    digest,
    reason: error.message,
  });
}
