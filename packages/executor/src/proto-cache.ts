import { createProtoFaaslet, type FaasletModule, type MemoryMapper, type Snapshot } from '@faasm/faaslet';
import { FaasmError, formatFunctionRef } from '@faasm/protocol';
import { EMPTY_BYTES, text } from '@faasm/stdx';
import type { CallLimit } from './call-limit.ts';
import { EXECUTOR_EVENTS } from './executor-events.ts';
import { FailedInitialization } from './failed-initialization.ts';
import type { ModuleCache } from './module-cache.ts';
import { SharedProto } from './shared-proto.ts';
import type { FunctionVersionRef, SnapshotArchive } from './snapshot-archive.ts';
import type { ThreadPool } from './thread-pool.ts';

/** What a cache of Proto-Faaslets works with. */
export interface ProtoCacheOptions {
  readonly modules: ModuleCache;
  readonly pool: ThreadPool;
  readonly mapper: MemoryMapper;
  /** Undefined when snapshots are only kept in memory. */
  readonly archive: SnapshotArchive | undefined;
  /** Proto-Faaslets kept, at most: each has a file descriptor and its snapshot in memory. */
  readonly protosMax: number;
}

interface Entry {
  readonly shared: Promise<SharedProto>;
  /** How many calls wait for it now. */
  waiting: number;
  /** Ends the initialisation that nobody waits for any more. */
  readonly abandon: AbortController;
}

/**
 * The Proto-Faaslets of a process. Each version of a function is initialised once; two users of the same module have
 * one each, since what constructors leave may differ and is nobody else's business (I5).
 */
export class ProtoCache {
  readonly #options: ProtoCacheOptions;
  /** The one used longest ago first. */
  readonly #entries = new Map<string, Entry>();

  constructor(options: ProtoCacheOptions) {
    this.#options = options;
  }

  /**
   * The Proto-Faaslet, held for `holder`, which must release it. Waits for the initialisation that is under way. Throws
   * `FailedInitialization`, what the store throws, and the limit's reason.
   */
  async get(version: FunctionVersionRef, holder: { limit: CallLimit; holder: object }): Promise<SharedProto> {
    const key = `${version.ref.user}/${version.digest}`;
    const entry = this.#entries.get(key) ?? this.#add(key, version);
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    entry.waiting += 1;
    try {
      const shared = await holder.limit.race(entry.shared);
      shared.hold(holder.holder);
      return shared;
    } finally {
      entry.waiting -= 1;
      if (entry.waiting === 0) entry.abandon.abort();
    }
  }

  #add(key: string, version: FunctionVersionRef): Entry {
    const abandon = new AbortController();
    const shared = this.#create(key, { version, abandoned: abandon.signal });
    const entry: Entry = { shared, waiting: 0, abandon };
    void this.#settle(key, entry);
    return entry;
  }

  /** What failed is not remembered; for what succeeded another may have to go. */
  async #settle(key: string, entry: Entry): Promise<void> {
    try {
      await entry.shared;
    } catch {
      // Whoever waits for it is told.
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
      return;
    }
    this.#evictOldest();
  }

  async #create(
    key: string,
    { version, abandoned }: { version: FunctionVersionRef; abandoned: AbortSignal },
  ): Promise<SharedProto> {
    const source = await this.#options.modules.get(version.ref, version.digest);
    const startedAt = performance.now();
    const { mapper, archive } = this.#options;
    const stored = await archive?.load(version, source);
    const { snapshot, stderr } =
      stored === undefined
        ? await this.#initialize(source, abandoned)
        : { snapshot: stored, stderr: EMPTY_BYTES };
    const shared = new SharedProto(createProtoFaaslet(source, snapshot, mapper), { key, mapper });
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

  async #initialize(
    source: FaasletModule,
    abandoned: AbortSignal,
  ): Promise<{ snapshot: Snapshot; stderr: Uint8Array }> {
    const { pool } = this.#options;
    const thread = await pool.borrow();
    const gaveUp = Promise.withResolvers<never>();
    const giveUp = (): void => {
      gaveUp.reject(new FaasmError('call.cancelled', 'Nobody waits for the initialisation any more'));
    };
    abandoned.addEventListener('abort', giveUp, { once: true });
    if (abandoned.aborted) giveUp();
    const work = thread.initialize(source);
    try {
      const { snapshot, left } = await Promise.race([gaveUp.promise, work]);
      pool.giveBack(thread);
      if (snapshot === undefined) throw new FailedInitialization(left);
      return { snapshot, stderr: left.stderr };
    } catch (error) {
      if (error instanceof FailedInitialization) throw error;
      if (abandoned.aborted) pool.discard(thread);
      else pool.giveBack(thread);
      throw error;
    } finally {
      work.catch(() => undefined);
      abandoned.removeEventListener('abort', giveUp);
    }
  }

  #evictOldest(): void {
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= this.#options.protosMax) return;
      if (entry.waiting > 0) continue;
      this.#entries.delete(key);
      void this.#forget(entry);
    }
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
