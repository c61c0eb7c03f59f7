import { FaasmError } from '@faasm/protocol';
import {
  type AppendedTerms,
  checkRange,
  formatStateKey,
  inPieces,
  LockTable,
  type ByteRange,
  type ChangeTerms,
  type GlobalTier,
  type ListedValue,
  type LockAnswer,
  type LockTerms,
  type Piece,
  type Push,
  type ReadTerms,
  type StateKey,
  type ValueInfo,
  type ValueReading,
} from '@faasm/state';
import { Listeners, systemClock, type Clock } from '@faasm/stdx';
import { DatabaseThread } from './database-thread.ts';
import { slabsOf } from './slabs.ts';
import type { ChangeGuard, DatabaseOptions, Slab } from './thread/messages.ts';
import { TokenSupply } from './token-supply.ts';

/** What a tier is opened with. */
export interface SqliteGlobalTierOptions extends DatabaseOptions {
  /** Of the leases of locks; a wall clock that jumps would end them. */
  readonly clock?: Pick<Clock, 'monotonic'> | undefined;
}

/**
 * State values in a file that one process has open, in a thread of its own. What is acknowledged survives a kill and a loss
 * of power (I8). Locks live in the process and are free after it; their tokens still only grow (I7).
 *
 * The thread does what it is asked in order. So a change is judged by the lock as it was when the change was sent: whoever
 * is granted the lock later also reads later.
 */
export class SqliteGlobalTier implements GlobalTier {
  readonly #options: DatabaseOptions;
  readonly #locks: LockTable;
  readonly #tokens: TokenSupply;
  readonly #watchers = new Listeners();
  /** Undefined after a thread ended by itself, until somebody asks for something. */
  #database: Promise<DatabaseThread> | undefined;
  #isClosed = false;

  private constructor({ clock = systemClock, ...options }: SqliteGlobalTierOptions) {
    this.#options = options;
    this.#tokens = new TokenSupply(
      async (count) => await (await this.#thread()).request({ kind: 'reserveTokens', count }),
    );
    this.#locks = new LockTable({ clock, nextToken: () => this.#tokens.take() });
  }

  /**
   * Opens the file, and creates it where it is missing. Throws `state.unavailable` when it cannot be opened, another process
   * has it, or it is no file of state values in the format of this version.
   */
  static async open(options: SqliteGlobalTierOptions): Promise<SqliteGlobalTier> {
    const tier = new SqliteGlobalTier(options);
    await tier.#thread();
    return tier;
  }

  async describe(key: StateKey): Promise<ValueInfo | undefined> {
    return await (await this.#thread()).request({ kind: 'describe', key });
  }

  async read(key: StateKey, { ranges, sameVersion }: ReadTerms): Promise<ValueReading | undefined> {
    const info = await this.describe(key);
    if (info === undefined) return undefined;
    for (const range of ranges) checkRange(key, info.sizeBytes, range);
    const { sizeBytes } = info;
    const version = sameVersion ? info.version : undefined;
    return { info, pieces: this.#pieces(key, ranges, { sizeBytes, version }) };
  }

  async push(key: StateKey, push: Push): Promise<ValueInfo> {
    const database = await this.#thread();
    const { sizeBytes } = push;
    let staged: number | undefined;
    let slab: Slab | undefined;
    try {
      for await (const next of slabsOf(key, push)) {
        if (slab !== undefined)
          staged = await database.request({ kind: 'stage', push: staged, sizeBytes, slab }, [
            slab.bytes.buffer,
          ]);
        slab = next;
      }
      const last = slab ?? EMPTY_SLAB;
      return await this.#telling(key, async () => {
        const terms = { sizeBytes, push: staged, slab: last, guard: this.#guard(key, push) };
        return await database.request({ kind: 'push', key, ...terms }, [last.bytes.buffer]);
      });
    } catch (error) {
      if (staged !== undefined) await giveUp(database, staged);
      throw error;
    }
  }

  async increment(
    key: StateKey,
    delta: bigint,
    terms: ChangeTerms,
  ): Promise<{ value: bigint; info: ValueInfo }> {
    const database = await this.#thread();
    return await this.#telling(
      key,
      async () => await database.request({ kind: 'increment', key, delta, guard: this.#guard(key, terms) }),
    );
  }

  async delete(key: StateKey, terms: ChangeTerms): Promise<boolean> {
    const database = await this.#thread();
    return await this.#telling(
      key,
      async () => await database.request({ kind: 'delete', key, guard: this.#guard(key, terms) }),
    );
  }

  async list(user: string, page: { after?: string | undefined; limit: number }): Promise<ListedValue[]> {
    const { after = '', limit } = page;
    return await (await this.#thread()).request({ kind: 'list', user, after, limit });
  }

  async append(key: StateKey, element: Uint8Array): Promise<number> {
    // At once, because what the caller shares may change until the element is sent.
    const copy = new Uint8Array(element);
    return await (await this.#thread()).request({ kind: 'append', key, element: copy });
  }

  async readAppended(key: StateKey, terms: AppendedTerms): Promise<Uint8Array[]> {
    return await (await this.#thread()).request({ kind: 'readAppended', key, ...terms });
  }

  async clearAppended(key: StateKey): Promise<void> {
    await (await this.#thread()).request({ kind: 'clearAppended', key });
  }

  async tryLock(key: StateKey, terms: LockTerms): Promise<LockAnswer> {
    while (this.#tokens.isEmpty) await this.#tokens.refill();
    return this.#locks.tryLock(key, terms);
  }

  async renewLock(key: StateKey, token: number, leaseMs: number): Promise<boolean> {
    return await Promise.resolve(this.#locks.renew(key, token, leaseMs));
  }

  async unlock(key: StateKey, token: number): Promise<boolean> {
    const held = this.#locks.unlock(key, token);
    if (held) this.#watchers.tell(formatStateKey(key));
    return await Promise.resolve(held);
  }

  async watch(key: StateKey, listener: () => void): Promise<() => void> {
    return await Promise.resolve(this.#watchers.add(formatStateKey(key), listener));
  }

  /** Waits for what was asked; what is asked later, the next pieces of a push included, is refused. */
  async close(): Promise<void> {
    const database = this.#database;
    this.#isClosed = true;
    this.#watchers.clear();
    if (database === undefined) return;
    // One that could not be started is not there to be closed; whoever asked for it was told.
    const [started] = await Promise.allSettled([database]);
    if (started.status === 'fulfilled') await started.value.close();
  }

  async #thread(): Promise<DatabaseThread> {
    if (this.#isClosed)
      throw new FaasmError('state.unavailable', `State file ${this.#options.path} was closed`);
    const onEnd = (): void => {
      this.#database = undefined;
    };
    return await (this.#database ??= DatabaseThread.start({ ...this.#options, onEnd }));
  }

  /** To be called when the change is sent, not before. */
  #guard(key: StateKey, { token, expectedVersion }: ChangeTerms): ChangeGuard {
    return { token, expectedVersion, ...this.#locks.recordOf(key) };
  }

  /** Tells those who watch, also when it is not known whether a change was made. */
  async #telling<T>(key: StateKey, change: () => Promise<T>): Promise<T> {
    try {
      return await change();
    } finally {
      this.#watchers.tell(formatStateKey(key));
    }
  }

  async *#pieces(
    key: StateKey,
    ranges: readonly ByteRange[],
    terms: { readonly sizeBytes: number; readonly version: number | undefined },
  ): AsyncGenerator<Piece> {
    for (const whole of ranges) {
      for (const range of inPieces(whole)) {
        const database = await this.#thread();
        const bytes = await database.request({ kind: 'read', key, range, ...terms });
        yield { offset: range.start, bytes };
      }
    }
  }
}

const EMPTY_SLAB: Slab = { ranges: [], bytes: new Uint8Array(0) };

/** Lets the thread remove what was staged. One that has ended has forgotten it, and removes it when it starts again. */
async function giveUp(database: DatabaseThread, push: number): Promise<void> {
  await database.request({ kind: 'abandon', push }).catch(() => undefined);
}
