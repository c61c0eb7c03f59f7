import { FaasmError } from '@faasm/protocol';
import {
  byChunk,
  checkChange,
  checkRange,
  checkSize,
  CHUNK_BYTES,
  formatStateKey,
  inPieces,
  type ByteRange,
  type ChangeTerms,
  type GlobalTier,
  type ListedValue,
  type LockAnswer,
  type LockRecord,
  type LockTerms,
  type Piece,
  type Push,
  type ReadTerms,
  type StateKey,
  type ValueInfo,
  type ValueReading,
} from '@faasm/state';
import { systemClock, type Clock } from '@faasm/stdx';

interface Value {
  readonly key: StateKey;
  info: ValueInfo;
  /** By number; those that are missing hold zeros. */
  readonly chunks: Map<number, Uint8Array>;
}

const COUNTER_BYTES = 8;

/** State values in the memory of this process, gone when it ends. */
export class MemoryGlobalTier implements GlobalTier {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #values = new Map<string, Value>();
  readonly #locks = new Map<string, LockRecord>();
  readonly #logs = new Map<string, Uint8Array[]>();
  readonly #watchers = new Map<string, Set<() => void>>();
  #lastVersion = 0;
  #lastToken = 0;

  constructor(clock: Pick<Clock, 'now'> = systemClock) {
    this.#clock = clock;
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
    if (existed) this.#tell(name);
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

  async readAppended(key: StateKey, count: number): Promise<Uint8Array[]> {
    const log = this.#logs.get(formatStateKey(key)) ?? [];
    return await Promise.resolve(log.slice(0, count).map((element) => element.slice()));
  }

  async clearAppended(key: StateKey): Promise<void> {
    this.#logs.delete(formatStateKey(key));
    await Promise.resolve();
  }

  async tryLock(key: StateKey, { holder, leaseMs }: LockTerms): Promise<LockAnswer> {
    const name = formatStateKey(key);
    const lock = this.#locks.get(name);
    const leaseLeftMs = (lock?.until ?? 0) - this.#clock.now();
    if (lock !== undefined && leaseLeftMs > 0)
      return await Promise.resolve({ granted: false, holder: lock.holder, leaseLeftMs });
    const token = (this.#lastToken += 1);
    this.#locks.set(name, { token, holder, until: this.#clock.now() + leaseMs });
    return await Promise.resolve({ granted: true, token });
  }

  async renewLock(key: StateKey, token: number, leaseMs: number): Promise<boolean> {
    return await Promise.resolve(this.#setLease(key, token, this.#clock.now() + leaseMs));
  }

  async unlock(key: StateKey, token: number): Promise<boolean> {
    const held = this.#setLease(key, token, 0);
    if (held) this.#tell(formatStateKey(key));
    return await Promise.resolve(held);
  }

  async watch(key: StateKey, listener: () => void): Promise<() => void> {
    const name = formatStateKey(key);
    const watchers = this.#watchers.get(name) ?? new Set();
    this.#watchers.set(name, watchers);
    const own = (): void => {
      listener();
    };
    watchers.add(own);
    return await Promise.resolve(() => {
      watchers.delete(own);
      if (watchers.size === 0 && this.#watchers.get(name) === watchers) this.#watchers.delete(name);
    });
  }

  async close(): Promise<void> {
    this.#watchers.clear();
    await Promise.resolve();
  }

  #check(key: StateKey, terms: ChangeTerms): Value | undefined {
    const name = formatStateKey(key);
    const value = this.#values.get(name);
    const record = { info: value?.info, lock: this.#locks.get(name) };
    checkChange(key, record, { ...terms, now: this.#clock.now() });
    return value;
  }

  #setLease(key: StateKey, token: number, until: number): boolean {
    const name = formatStateKey(key);
    const lock = this.#locks.get(name);
    if (lock?.token !== token || lock.until <= this.#clock.now()) return false;
    this.#locks.set(name, { ...lock, until });
    return true;
  }

  #changed(name: string, value: Value): ValueInfo {
    value.info = { ...value.info, version: (this.#lastVersion += 1) };
    this.#tell(name);
    return value.info;
  }

  #tell(name: string): void {
    for (const listener of this.#watchers.get(name) ?? []) listener();
  }

  async *#pieces(value: Value, ranges: readonly ByteRange[], sameVersion: boolean): AsyncGenerator<Piece> {
    const { version } = value.info;
    for (const range of ranges) {
      for (const part of inPieces(range)) {
        const current = this.#values.get(formatStateKey(value.key));
        if (sameVersion && current?.info.version !== version)
          throw new FaasmError('state.changed', `${formatStateKey(value.key)} changed while it was read`);
        yield await Promise.resolve({ offset: part.start, bytes: bytesOf(current ?? value, part) });
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
