import {
  byChunk,
  changedMeanwhile,
  checkChange,
  checkRange,
  checkSize,
  CHUNK_BYTES,
  COUNTER_BYTES,
  formatStateKey,
  inPieces,
  LockTable,
  type ByteRange,
  AppendedElements,
  type AppendedTerms,
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

interface Value {
  readonly key: StateKey;
  info: ValueInfo;
  /** By number; those that are missing hold zeros. */
  readonly chunks: Map<number, Uint8Array>;
}

/**
 * State values in the memory of this process, gone when it ends, and without a bound: a fake for tests, which keeps the
 * contract. The standalone server has its values in SQLite, a cluster in Redis.
 */
export class MemoryGlobalTier implements GlobalTier {
  readonly #values = new Map<string, Value>();
  readonly #locks: LockTable;
  readonly #logs = new Map<string, Uint8Array[]>();
  readonly #watchers = new Listeners();
  #lastVersion = 0;
  #lastToken = 0;

  /** `clock` is that of the leases of locks. */
  constructor(clock: Pick<Clock, 'monotonic'> = systemClock) {
    this.#locks = new LockTable({ clock, nextToken: () => (this.#lastToken += 1) });
  }

  async describe(key: StateKey): Promise<ValueInfo | undefined> {
    return await Promise.resolve(this.#values.get(formatStateKey(key))?.info);
  }

  async read(key: StateKey, { ranges, sameVersion }: ReadTerms): Promise<ValueReading | undefined> {
    const value = this.#values.get(formatStateKey(key));
    if (value === undefined) return undefined;
    const { info } = value;
    for (const range of ranges) checkRange(key, info.sizeBytes, range);
    return await Promise.resolve({ info, pieces: this.#pieces(value, ranges, sameVersion) });
  }

  async push(key: StateKey, push: Push): Promise<ValueInfo> {
    const pieces: Piece[] = [];
    // Copies, because what the caller shares may change until the push is made.
    for await (const { offset, bytes } of push.pieces) pieces.push({ offset, bytes: new Uint8Array(bytes) });
    const name = formatStateKey(key);
    const known = this.#check(key, push);
    checkSize(key, known?.info, push.sizeBytes);
    for (const { offset, bytes } of pieces)
      checkRange(key, push.sizeBytes, { start: offset, end: offset + bytes.byteLength });
    const value = known ?? { key, info: { sizeBytes: push.sizeBytes, version: 0 }, chunks: new Map() };
    for (const piece of pieces) write(value, piece);
    this.#values.set(name, value);
    return this.#changed(name, value);
  }

  async increment(
    key: StateKey,
    delta: bigint,
    terms: ChangeTerms,
  ): Promise<{ value: bigint; info: ValueInfo }> {
    const known = this.#check(key, terms);
    checkSize(key, known?.info, COUNTER_BYTES);
    const before = known === undefined ? 0n : counterOf(known);
    const value = BigInt.asIntN(64, before + delta);
    const bytes = new Uint8Array(COUNTER_BYTES);
    new DataView(bytes.buffer).setBigInt64(0, value, true);
    const pieces = [{ offset: 0, bytes }];
    const name = formatStateKey(key);
    const changed = known ?? { key, info: { sizeBytes: COUNTER_BYTES, version: 0 }, chunks: new Map() };
    for (const piece of pieces) write(changed, piece);
    this.#values.set(name, changed);
    return await Promise.resolve({ value, info: this.#changed(name, changed) });
  }

  async delete(key: StateKey, terms: ChangeTerms): Promise<boolean> {
    this.#check(key, terms);
    const name = formatStateKey(key);
    const existed = this.#values.delete(name);
    if (existed) this.#watchers.tell(name);
    return await Promise.resolve(existed);
  }

  async list(user: string, page: { after?: string | undefined; limit: number }): Promise<ListedValue[]> {
    const { after, limit } = page;
    const listed = [...this.#values.values()]
      .filter(({ key }) => key.user === user && (after === undefined || compare(key.key, after) > 0))
      .map(({ key: { key }, info }) => ({ key, sizeBytes: info.sizeBytes, version: info.version }))
      .sort((one, other) => compare(one.key, other.key));
    return await Promise.resolve(listed.slice(0, limit));
  }

  async append(key: StateKey, element: Uint8Array): Promise<number> {
    const name = formatStateKey(key);
    const log = this.#logs.get(name) ?? [];
    this.#logs.set(name, log);
    return await Promise.resolve(log.push(new Uint8Array(element)));
  }

  async readAppended(key: StateKey, terms: AppendedTerms): Promise<Uint8Array[]> {
    const elements = new AppendedElements(key, terms);
    for (const element of this.#logs.get(formatStateKey(key))?.slice(0, terms.count) ?? [])
      elements.add(element.slice());
    return await Promise.resolve(elements.list);
  }

  async clearAppended(key: StateKey): Promise<void> {
    this.#logs.delete(formatStateKey(key));
    await Promise.resolve();
  }

  async tryLock(key: StateKey, terms: LockTerms): Promise<LockAnswer> {
    return await Promise.resolve(this.#locks.tryLock(key, terms));
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

  async close(): Promise<void> {
    this.#watchers.clear();
    await Promise.resolve();
  }

  #check(key: StateKey, terms: ChangeTerms): Value | undefined {
    const value = this.#values.get(formatStateKey(key));
    const { lock, now } = this.#locks.recordOf(key);
    checkChange(key, { info: value?.info, lock }, { ...terms, now });
    return value;
  }

  #changed(name: string, value: Value): ValueInfo {
    value.info = { ...value.info, version: (this.#lastVersion += 1) };
    this.#watchers.tell(name);
    return value.info;
  }

  async *#pieces(value: Value, ranges: readonly ByteRange[], sameVersion: boolean): AsyncGenerator<Piece> {
    const { sizeBytes, version } = value.info;
    for (const range of ranges) {
      for (const part of inPieces(range)) {
        const current = this.#values.get(formatStateKey(value.key));
        const isSame = sameVersion
          ? current?.info.version === version
          : current?.info.sizeBytes === sizeBytes;
        if (current === undefined || !isSame) throw changedMeanwhile(value.key);
        yield await Promise.resolve({ offset: part.start, bytes: bytesOf(current, part) });
      }
    }
  }
}

function write({ info, chunks }: Value, { offset, bytes }: Piece): void {
  for (const { chunk, start, end } of byChunk({ start: offset, end: offset + bytes.byteLength })) {
    const base = chunk * CHUNK_BYTES;
    const target = chunks.get(chunk) ?? new Uint8Array(Math.min(CHUNK_BYTES, info.sizeBytes - base));
    target.set(bytes.subarray(start - offset, end - offset), start - base);
    chunks.set(chunk, target);
  }
}

function bytesOf({ chunks }: Value, range: ByteRange): Uint8Array {
  const bytes = new Uint8Array(range.end - range.start);
  for (const { chunk, start, end } of byChunk(range)) {
    const base = chunk * CHUNK_BYTES;
    const found = chunks.get(chunk);
    if (found !== undefined) bytes.set(found.subarray(start - base, end - base), start - range.start);
  }
  return bytes;
}

function counterOf(value: Value): bigint {
  const bytes = bytesOf(value, { start: 0, end: COUNTER_BYTES });
  return new DataView(bytes.buffer).getBigInt64(0, true);
}

function compare(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
