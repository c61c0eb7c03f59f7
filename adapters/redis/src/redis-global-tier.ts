import { FaasmError } from '@faasm/protocol';
import {
  checkChange,
  checkRange,
  checkSize,
  CHUNK_BYTES,
  COUNTER_BYTES,
  formatStateKey,
  ELEMENTS_READ_MAX,
  tooMuchAppended,
  type AppendedTerms,
  type ChangeTerms,
  type GlobalTier,
  type ListedValue,
  type LockAnswer,
  type LockTerms,
  type Push,
  type ReadTerms,
  type StateKey,
  type ValueInfo,
  type ValueReading,
} from '@faasm/state';
import { Connection, type Argument, type ConnectionOptions, type Reply } from './connection.ts';
import { bytesOf, listOf, numberOf, textOf } from './reply.ts';
import { SCRIPTS, type Script } from './script.ts';
import { listName, recordPrefix, stateNames, valueKeys } from './state-names.ts';
import { beginReading, infoOf } from './state-reading.ts';
import { runsOf } from './state-runs.ts';
import { Staging } from './state-staging.ts';
import { Subscriptions } from './subscriptions.ts';

/** What a global tier in Redis is told. */
export type RedisGlobalTierOptions = Omit<ConnectionOptions, 'codes'>;

const CODES = { unavailable: 'state.unavailable', full: 'state.full' } as const;

/** How many elements of a log a script looks at in one step. */
const ELEMENTS_AT_ONCE = 64;

/** How many values one command lists. */
const LISTED_MAX = 1_000;

/**
 * State values in Redis. A chunk is a string of its own. Each change is one script, so that it is made whole; what is too
 * large for one command is staged before it, where nobody looks. Redis's time decides about leases.
 */
export class RedisGlobalTier implements GlobalTier {
  readonly #options: RedisGlobalTierOptions;
  readonly #connection: Connection;
  readonly #subscriber: Connection;
  readonly #watchers: Subscriptions<void>;

  private constructor(options: RedisGlobalTierOptions) {
    this.#options = options;
    this.#connection = Connection.open({ ...options, codes: CODES });
    this.#subscriber = Connection.open({ ...options, codes: CODES, name: `${options.name}:watched` });
    this.#watchers = new Subscriptions<void>({
      subscriber: this.#subscriber,
      channelOf: (channel) => channel,
      decode: () => undefined,
    });
    // What happened while there was no connection is not known.
    this.#subscriber.onReady(() => {
      this.#watchers.tellAll();
    });
  }

  /** Begins to connect. Until there is a connection, every method throws `state.unavailable`. */
  static connect(options: RedisGlobalTierOptions): RedisGlobalTier {
    return new RedisGlobalTier(options);
  }

  /** Resolves when Redis answers. */
  async ping(): Promise<true> {
    await this.#connection.command('PING');
    return true;
  }

  async describe(key: StateKey): Promise<ValueInfo | undefined> {
    const { record } = stateNames(key);
    return infoOf(listOf(await this.#connection.command('HMGET', record, 'size', 'version')));
  }

  async read(key: StateKey, { ranges, sameVersion }: ReadTerms): Promise<ValueReading | undefined> {
    return await beginReading({ connection: this.#connection, key, ranges, sameVersion });
  }

  async push(key: StateKey, push: Push): Promise<ValueInfo> {
    const { sizeBytes } = push;
    const staging = new Staging(this.#connection, sizeBytes);
    try {
      for await (const piece of push.pieces) {
        checkRange(key, sizeBytes, { start: piece.offset, end: piece.offset + piece.bytes.byteLength });
        await staging.add(runsOf(piece));
      }
      await staging.finish();
      const args = [
        key.key,
        String(sizeBytes),
        ...termArguments(push),
        String(CHUNK_BYTES),
        ...staging.plan(),
      ];
      const [version] = await this.#change(SCRIPTS.statePush, key, { ...push, args });
      return { sizeBytes, version: Number(bytesOf(version)) };
    } catch (error) {
      // It goes by itself when this fails.
      await staging.discard().catch(this.#options.onError);
      throw error;
    }
  }

  async increment(
    key: StateKey,
    delta: bigint,
    terms: ChangeTerms,
  ): Promise<{ value: bigint; info: ValueInfo }> {
    const added = Buffer.alloc(COUNTER_BYTES);
    added.writeBigInt64LE(BigInt.asIntN(64, delta));
    const args = [key.key, ...termArguments(terms), added];
    const change = { ...terms, sizeBytes: COUNTER_BYTES, args };
    const [version, bytes] = await this.#change(SCRIPTS.stateIncrement, key, change);
    const info = { sizeBytes: COUNTER_BYTES, version: Number(bytesOf(version)) };
    return { value: bytesOf(bytes).readBigInt64LE(), info };
  }

  async delete(key: StateKey, terms: ChangeTerms): Promise<boolean> {
    const args = [key.key, ...termArguments(terms), String(CHUNK_BYTES)];
    const [existed] = await this.#change(SCRIPTS.stateDelete, key, { ...terms, args });
    return numberOf(existed) === 1;
  }

  async list(user: string, page: { after?: string | undefined; limit: number }): Promise<ListedValue[]> {
    const listed: ListedValue[] = [];
    let { after } = page;
    while (listed.length < page.limit) {
      const limit = Math.min(page.limit - listed.length, LISTED_MAX);
      const args = [after === undefined ? '-' : `(${after}`, String(limit), recordPrefix(user)];
      const found = listOf(await this.#connection.run(SCRIPTS.stateList, [listName(user)], args));
      for (const value of found) listed.push(listedValue(listOf(value)));
      if (found.length < limit) break;
      after = listed.at(-1)?.key;
    }
    return listed;
  }

  async append(key: StateKey, element: Uint8Array): Promise<number> {
    return numberOf(await this.#connection.command('RPUSH', stateNames(key).log, Buffer.from(element)));
  }

  async readAppended(key: StateKey, { count, bytesMax }: AppendedTerms): Promise<Uint8Array[]> {
    // One more than may be read, so that it is seen when there are more.
    const args = [Math.min(count, ELEMENTS_READ_MAX + 1), bytesMax, ELEMENTS_AT_ONCE].map(String);
    const read = await this.#connection.run(SCRIPTS.stateAppended, [stateNames(key).log], args);
    const elements = read === null ? undefined : listOf(read).map(bytesOf);
    if (elements === undefined || elements.length > ELEMENTS_READ_MAX) throw tooMuchAppended(key, bytesMax);
    return elements;
  }

  async clearAppended(key: StateKey): Promise<void> {
    await this.#connection.command('UNLINK', stateNames(key).log);
  }

  async tryLock(key: StateKey, { holder, leaseMs }: LockTerms): Promise<LockAnswer> {
    const [granted, ...rest] = listOf(await this.#run(SCRIPTS.stateLock, key, [holder, String(leaseMs)]));
    if (granted === 1) return { granted: true, token: Number(bytesOf(rest[0])) };
    return { granted: false, holder: textOf(rest[0]), leaseLeftMs: numberOf(rest[1]) };
  }

  async renewLock(key: StateKey, token: number, leaseMs: number): Promise<boolean> {
    return (await this.#run(SCRIPTS.stateRenew, key, [String(token), String(leaseMs)])) === 1;
  }

  async unlock(key: StateKey, token: number): Promise<boolean> {
    return (await this.#run(SCRIPTS.stateUnlock, key, [String(token)])) === 1;
  }

  async watch(key: StateKey, listener: () => void): Promise<() => void> {
    return await this.#watchers.add(stateNames(key).channel, listener);
  }

  async close(): Promise<void> {
    this.#connection.close();
    this.#subscriber.close();
    await Promise.resolve();
  }

  async #run(script: Script, key: StateKey, args: readonly Argument[]): Promise<Reply> {
    return await this.#connection.run(script, valueKeys(stateNames(key)), args);
  }

  /** Runs a script that makes a change, and returns what it says of it. Throws why it was refused. */
  async #change(
    script: Script,
    key: StateKey,
    change: ChangeTerms & { readonly sizeBytes?: number; readonly args: readonly Argument[] },
  ): Promise<readonly Reply[]> {
    const [made, ...rest] = listOf(await this.#run(script, key, change.args));
    if (made === 1) return rest;
    if (made === -1) {
      const message = `What was staged of ${formatStateKey(key)} is gone: it took too long, or Redis was restarted`;
      throw new FaasmError('state.unavailable', message);
    }
    const info = infoOf(rest);
    const [, , token, holder, leaseEnd, now] = rest;
    const lock = token && { token: Number(token), holder: textOf(holder), until: Number(leaseEnd) / 1_000 };
    checkChange(key, { info, lock: lock || undefined }, { ...change, now: Number(now) / 1_000 });
    if (change.sizeBytes !== undefined) checkSize(key, info, change.sizeBytes);
    throw new TypeError(`Redis refused a change of ${formatStateKey(key)} that the rules allow`);
  }
}

/** Token and expected version as the scripts have them: empty where there is none. */
function termArguments({ token, expectedVersion }: ChangeTerms): string[] {
  return [token, expectedVersion].map((term) => (term === undefined ? '' : String(term)));
}

function listedValue([key, ...known]: readonly Reply[]): ListedValue {
  const info = infoOf(known);
  if (info === undefined) throw new TypeError(`Redis lists ${textOf(key)}, which has no size`);
  return { key: textOf(key), ...info };
}
