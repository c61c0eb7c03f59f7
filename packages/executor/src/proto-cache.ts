import { createProtoFaaslet, type MemoryMapper, type Snapshot } from '@faasm/faaslet';
import type { FunctionStore, LaunchSettings } from '@faasm/functions';
import { guestLaunch, type GuestLaunch } from '@faasm/host-interface';
import { FaasmError, formatFunctionRef, LIMITS } from '@faasm/protocol';
import { EMPTY_BYTES, sortableId, text, type Clock } from '@faasm/stdx';
import { EXECUTOR_EVENTS } from './executor-events.ts';
import type { Uninitialized } from './executor-thread.ts';
import { FailedInitialization } from './failed-initialization.ts';
import { faasletsKey, sameFaaslets, type FunctionVersionRef } from './function-version.ts';
import type { GuestRunner } from './guest-runner.ts';
import type { ModuleCache } from './module-cache.ts';
import { RunLimit } from './run-limit.ts';
import { SharedProto } from './shared-proto.ts';
import type { SnapshotArchive } from './snapshot-archive.ts';
import type { ThreadPool } from './thread-pool.ts';

/** What a cache of Proto-Faaslets works with. */
export interface ProtoCacheOptions {
  readonly store: Pick<FunctionStore, 'readFiles'>;
  readonly modules: ModuleCache;
  readonly pool: ThreadPool;
  readonly runner: GuestRunner;
  /** A user's share of a thread, beside those of others. */
  readonly weightOf: (user: string) => number;
  readonly clock: Clock;
  readonly mapper: MemoryMapper;
  /** Undefined when snapshots are only kept in memory. */
  readonly archive: SnapshotArchive | undefined;
  /** Proto-Faaslets kept, at most: each has a file descriptor and its snapshot in memory. */
  readonly protosMax: number;
  /** Files of those that are kept, at most, in bytes. */
  readonly filesBytesMax: number;
  /** What guests are started with, of what was chosen for their function; `guestLaunch` when undefined. */
  readonly launchOf: ((own: LaunchSettings) => GuestLaunch) | undefined;
}

interface Entry {
  readonly version: FunctionVersionRef;
  readonly shared: Promise<SharedProto>;
  /** How many calls wait for it now. */
  waiting: number;
  /** Ends the initialisation that nobody waits for any more. */
  readonly limit: RunLimit;
  /** It, once it is there. */
  ready: SharedProto | undefined;
}

/**
 * The Proto-Faaslets of a process. Each version of a function is initialised once for the limits and the launch that it has; two users of the same module have
 * one each, since what constructors leave may differ and is nobody else's business (I5).
 */
export class ProtoCache {
  readonly #options: ProtoCacheOptions;
  /** The one used longest ago first. */
  readonly #entries = new Map<string, Entry>();
  #filesBytes = 0;
  /** The one that was used last. */
  #newest: Entry | undefined;

  constructor(options: ProtoCacheOptions) {
    this.#options = options;
  }

  /**
   * The Proto-Faaslet, held for the caller, which must release it. Waits for the initialisation that is under way. Throws
   * `FailedInitialization`, what the store throws, and the limit's reason.
   */
  async get(version: FunctionVersionRef, limit: RunLimit): Promise<SharedProto> {
    const entry = this.#entry(version);
    entry.waiting += 1;
    try {
      const shared = await limit.race(entry.shared);
      shared.hold();
      return shared;
    } finally {
      entry.waiting -= 1;
      if (entry.waiting === 0 && entry.ready === undefined) this.#abandon(entry);
    }
  }

  /** Whoever comes from now on begins anew, instead of joining an initialisation that is being ended. */
  #abandon(entry: Entry): void {
    const key = faasletsKey(entry.version);
    if (this.#entries.get(key) === entry) this.#drop(key, entry);
    entry.limit.end(new FaasmError('call.cancelled', 'Nobody waits for the initialisation any more'));
  }

  /** The Proto-Faaslet, held for the caller, if it is there already. */
  getReady(version: FunctionVersionRef): SharedProto | undefined {
    const { ready } = this.#entry(version);
    ready?.hold();
    return ready;
  }

  #entry(version: FunctionVersionRef): Entry {
    // Most calls are of the function that was called before.
    if (this.#newest !== undefined && sameFaaslets(this.#newest.version, version)) return this.#newest;
    const key = faasletsKey(version);
    const entry = this.#entries.get(key) ?? this.#add(key, version);
    this.#newest = entry;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  #add(key: string, version: FunctionVersionRef): Entry {
    const limit = new RunLimit();
    const shared = this.#create(version, limit);
    const entry: Entry = { version, shared, waiting: 0, limit, ready: undefined };
    this.#filesBytes += filesBytesOf(version);
    void this.#settle(key, entry);
    return entry;
  }

  /** What failed is not remembered; for what succeeded another may have to go. */
  async #settle(key: string, entry: Entry): Promise<void> {
    try {
      entry.ready = await entry.shared;
    } catch {
      // Whoever waits for it is told.
      if (this.#entries.get(key) === entry) this.#drop(key, entry);
      return;
    }
    if (this.#entries.get(key) === entry) this.#evictOldest();
    else await this.#forget(entry);
  }

  async #create(version: FunctionVersionRef, limit: RunLimit): Promise<SharedProto> {
    const { mapper, archive, modules, store, launchOf = guestLaunch } = this.#options;
    const [source, files] = await Promise.all([
      modules.get(version),
      version.parts === undefined ? undefined : store.readFiles(version.ref, version.digest),
    ]);
    const startedAt = performance.now();
    const { limits } = version;
    const given = { limits, launch: launchOf(version.launch), files };
    const stored = await archive?.load(version, source);
    const { snapshot, stderr } =
      stored === undefined
        ? await this.#initialize({ source, ...given }, { version, limit })
        : { snapshot: stored, stderr: EMPTY_BYTES };
    const shared = new SharedProto(createProtoFaaslet(source, snapshot, mapper), {
      mapper,
      ...given,
    });
    // In the background: no call waits for it.
    if (stored === undefined) void archive?.save(version, snapshot);
    EXECUTOR_EVENTS.functionInitialized.publish({
      function: formatFunctionRef(version.ref),
      digest: version.digest,
      from: stored === undefined ? 'constructors' : 'snapshot',
      initializeMs: performance.now() - startedAt,
      stderr: text(stderr),
    });
    return shared;
  }

  /** Each call that waits has a deadline of its own; the last one that gives up ends the initialisation. */
  async #initialize(
    what: Uninitialized,
    { version, limit }: { version: FunctionVersionRef; limit: RunLimit },
  ): Promise<{ snapshot: Snapshot; stderr: Uint8Array }> {
    const { runner, weightOf, clock } = this.#options;
    const { user } = version.ref;
    const acceptedAt = clock.now();
    const deadlineAt = acceptedAt + LIMITS.deadlineMs.max;
    const holder = `initialisation-${sortableId(clock)}`;
    const terms = { user, holder, acceptedAt, deadlineAt, weight: weightOf(user), limit, mayRepeat: true };
    const { snapshot, left } = await runner.initialize(what, terms);
    if (snapshot === undefined) throw new FailedInitialization(left);
    return { snapshot, stderr: left.stderr };
  }

  #evictOldest(): void {
    const { protosMax, filesBytesMax } = this.#options;
    for (const [key, entry] of this.#entries) {
      const isTooMany = this.#entries.size > protosMax;
      if (!isTooMany && this.#filesBytes <= filesBytesMax) return;
      if (entry.waiting > 0 || (!isTooMany && filesBytesOf(entry.version) === 0)) continue;
      this.#drop(key, entry);
      void this.#forget(entry);
    }
  }

  #drop(key: string, entry: Entry): void {
    this.#entries.delete(key);
    this.#filesBytes -= filesBytesOf(entry.version);
    if (this.#newest === entry) this.#newest = undefined;
  }

  /** An entry that nobody waits for is one that succeeded. */
  async #forget(entry: Entry): Promise<void> {
    const shared = await entry.shared;
    shared.evict();
    await Promise.allSettled(
      [...this.#options.pool.threads].map(async (thread) => {
        await thread.forget(shared);
      }),
    );
  }
}

/** An entry of a bundle has a name of at most 255 bytes, and some numbers. */
const ENTRY_BYTES_MAX = 265;

/** What the files of a version take in memory, at most. */
function filesBytesOf({ parts }: FunctionVersionRef): number {
  return parts === undefined ? 0 : parts.files.sizeBytes + parts.files.entries * ENTRY_BYTES_MAX;
}
