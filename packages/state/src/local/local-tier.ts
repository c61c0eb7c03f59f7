import { FaasmError, isFaasmError } from '@faasm/protocol';
import { Serial } from '@faasm/stdx';
import { CHUNK_BYTES, inParts, PIECE_BYTES_MAX, type ByteRange } from '../byte-range.ts';
import { checkRange, checkSize } from '../change-rules.ts';
import type { GlobalTier, ValueInfo } from '../global-tier.ts';
import { formatStateKey, type StateKey } from '../state-key.ts';
import { LocalValue, regionBytes } from './local-value.ts';
import { pull, refresh } from './pull.ts';
import { push, type PushTerms } from './push.ts';
import type { Regions } from './regions.ts';
import type { Traffic } from './traffic.ts';

/** What the local tier of a host works with. */
export interface LocalTierOptions {
  readonly global: GlobalTier;
  readonly regions: Regions;
  /** Largest value, in bytes. */
  readonly valueBytesMax: number;
  /** Memory of all values together, in bytes; beyond it unused ones that were not changed go, those used longest ago first. */
  readonly bytesMax: number;
}

/** How a call is going to use a part of a value. */
export interface Use {
  readonly range: ByteRange;
  /** `overwrite`: what it has there is of no interest. `map`: it will be seen and changed without anybody being told. */
  readonly how: 'read' | 'overwrite' | 'map';
}

/** This host's copies of state values, which all of its Faaslets share. */
export class LocalTier {
  readonly #options: LocalTierOptions;
  /** In the order in which they were last given back, or made. */
  readonly #values = new Map<string, LocalValue>();
  /** What is done to one value is done in order. */
  readonly #serial = new Serial();
  /** Of the values, and of those that are still used though their keys have others, or none. */
  #bytes = 0;
  readonly #traffic: Traffic = { pulledBytes: 0, pushedBytes: 0 };

  constructor(options: LocalTierOptions) {
    this.#options = options;
  }

  get global(): GlobalTier {
    return this.#options.global;
  }

  /** How many values there are, and the memory they take at most, in bytes. */
  get usage(): { readonly values: number; readonly bytes: number } {
    return { values: this.#values.size, bytes: this.#bytes };
  }

  /** What went to the global tier and came from it. */
  get traffic(): Readonly<Traffic> {
    return this.#traffic;
  }

  /** The value if this host has it; undefined does not mean that there is none. */
  peek(key: StateKey): LocalValue | undefined {
    return this.#values.get(formatStateKey(key));
  }

  /** Size and version: the global tier's, or of a value that only this host has, with version 0. */
  async describe(key: StateKey): Promise<ValueInfo | undefined> {
    const local = this.peek(key);
    return (
      (await this.global.describe(key)) ??
      (local === undefined ? undefined : { sizeBytes: local.sizeBytes, version: 0 })
    );
  }

  /**
   * Takes a value into use; `release` must follow. What nobody used meanwhile is as the global tier has it now; what other
   * calls use stays as it is until it is pulled. Undefined when there is none anywhere and no size to make one of.
   * Throws `state.size_mismatch`, `state.too_large`, `host.capacity` and what the global tier throws.
   */
  async acquire(key: StateKey, sizeBytes: number | undefined): Promise<LocalValue | undefined> {
    return await this.#serial.run(formatStateKey(key), async () => {
      const value = (await this.#current(key)) ?? (await this.#make(key, sizeBytes));
      if (value === undefined) return undefined;
      if (sizeBytes !== undefined) checkSize(key, { sizeBytes: value.sizeBytes, version: 0 }, sizeBytes);
      value.users += 1;
      return value;
    });
  }

  /** Ends a use that `acquire` began. */
  release(value: LocalValue): void {
    value.users -= 1;
    const name = formatStateKey(value.key);
    if (value.users > 0) return;
    if (this.#values.get(name) !== value) {
      this.#close(value);
      return;
    }
    this.#values.delete(name);
    this.#values.set(name, value);
    this.#evict(0);
  }

  /**
   * Makes a part of a value ready for a use. Resolves with the parts that are about to be overwritten, so that what they had
   * was not pulled. Throws `state.bad_range`, `state.fenced` when the value was lost, and what the global tier throws.
   */
  async prepare(value: LocalValue, { range, how }: Use): Promise<readonly ByteRange[]> {
    checkRange(value.key, value.sizeBytes, range);
    return await this.#inOrder(value, async () => {
      if (how === 'map' && !value.isMapped) {
        const before = value.memoryBytes;
        this.#makeRoom(before);
        value.makeBase();
        this.#bytes += value.memoryBytes - before;
      }
      const ranges = how === 'overwrite' ? edgesOf(value, range) : [range];
      await pull(value, { ranges, global: this.global });
      const unread = how === 'overwrite' ? value.maps.unpulled(range) : [];
      for (const part of unread) value.maps.notePulled(part);
      return unread;
    });
  }

  /** Overwrites this host's copy with the global tier's, whatever was changed here. Throws as `prepare`. */
  async refresh(value: LocalValue): Promise<void> {
    await this.#inOrder(value, async () => {
      await refresh(value, this.global);
    });
  }

  /** Sends what was changed to the global tier, see `push`. Whose lock turns out to be lost, loses the value too (I7). */
  async push(value: LocalValue, terms: Omit<PushTerms, 'global'>): Promise<void> {
    await this.#inOrder(value, async () => {
      if (terms.mask !== undefined) await this.#pullMasked(value, terms.mask);
      try {
        await push(value, { ...terms, global: this.global });
      } catch (error) {
        if (isFaasmError(error, 'state.fenced')) this.lose(value);
        throw error;
      }
    });
  }

  /** The global tier's value has changed other than by a push of this host. */
  async outdate(key: StateKey): Promise<void> {
    // After what is being pulled, which may be older.
    await this.#serial.run(formatStateKey(key), async () => {
      this.peek(key)?.maps.forgetPulled();
      await Promise.resolve();
    });
  }

  /** The global tier's value is gone. */
  async forget(key: StateKey): Promise<void> {
    await this.#serial.run(formatStateKey(key), async () => {
      const value = this.peek(key);
      if (value !== undefined) this.#forget(value);
      await Promise.resolve();
    });
  }

  /** A call that wrote to a value has lost its lock: those who use the value are refused, others get it anew (I7). */
  lose(value: LocalValue): void {
    value.lose();
    if (this.peek(value.key) === value) this.#forget(value);
  }

  /** Gives all memory back, that of values in use when they are released. */
  close(): void {
    for (const value of this.#values.values()) this.#forget(value);
  }

  /** Bytes that are pushed because a mask says so need not be ones that were changed. */
  async #pullMasked(value: LocalValue, mask: LocalValue): Promise<void> {
    checkSize(mask.key, { sizeBytes: mask.sizeBytes, version: 0 }, value.sizeBytes);
    for (const part of inParts(value.whole, PIECE_BYTES_MAX)) {
      if (value.maps.isPulled(part) || !mask.bytes(part).some((byte) => byte !== 0)) continue;
      await pull(value, { ranges: [part], global: this.global });
    }
  }

  /** The value stays meanwhile, though the call that asked for it may end. */
  async #inOrder<T>(value: LocalValue, action: () => Promise<T>): Promise<T> {
    value.users += 1;
    try {
      return await this.#serial.run(formatStateKey(value.key), async () => {
        value.requireSound();
        return await action();
      });
    } finally {
      this.release(value);
    }
  }

  /** Throws `state.too_large` for a value of more bytes than one may have. */
  checkLimit(key: StateKey, sizeBytes: number): void {
    const { valueBytesMax } = this.#options;
    if (sizeBytes <= valueBytesMax) return;
    const message = `${formatStateKey(key)} of ${sizeBytes} bytes is over the limit of ${valueBytesMax} bytes`;
    throw new FaasmError('state.too_large', message);
  }

  /** The value that this host has, if it is still the global tier's; its chunks are to be pulled again if it has changed. */
  async #current(key: StateKey): Promise<LocalValue | undefined> {
    const value = this.peek(key);
    if (value === undefined || value.users > 0 || value.info === undefined || value.maps.isDirty)
      return value;
    const info = await this.#heard(value.info, key);
    // Nobody used it, so that others may have had its room meanwhile.
    if (this.peek(key) !== value) return undefined;
    if (info?.sizeBytes !== value.sizeBytes) {
      this.#forget(value);
      return undefined;
    }
    if (info.version !== value.info.version) value.maps.forgetPulled();
    value.info = info;
    return value;
  }

  /** What the global tier has now; while it does not answer, what is known is taken for true. */
  async #heard(known: ValueInfo, key: StateKey): Promise<ValueInfo | undefined> {
    try {
      return await this.global.describe(key);
    } catch (error) {
      if (isFaasmError(error, 'state.unavailable')) return known;
      throw error;
    }
  }

  /** Has it no more; whoever uses it keeps it. */
  #forget(value: LocalValue): void {
    this.#values.delete(formatStateKey(value.key));
    if (value.users === 0) this.#close(value);
  }

  #close(value: LocalValue): void {
    this.#bytes -= value.memoryBytes;
    value.close();
  }

  async #make(key: StateKey, sizeBytes: number | undefined): Promise<LocalValue | undefined> {
    const info = await this.global.describe(key);
    const size = info?.sizeBytes ?? sizeBytes;
    if (size === undefined) return undefined;
    if (sizeBytes !== undefined) checkSize(key, info, sizeBytes);
    this.checkLimit(key, size);
    this.#makeRoom(regionBytes(size));
    const value = new LocalValue(key, size, { regions: this.#options.regions, traffic: this.#traffic });
    value.info = info;
    // Where there is nothing to pull, zeros are the value.
    if (info === undefined) value.maps.notePulled(value.whole);
    this.#values.set(formatStateKey(key), value);
    this.#bytes += value.memoryBytes;
    return value;
  }

  #makeRoom(bytes: number): void {
    this.#evict(bytes);
    const { bytesMax } = this.#options;
    const used = this.usage.bytes;
    if (used + bytes <= bytesMax) return;
    const message = `Host has no room for ${bytes} more bytes of state: ${used} of ${bytesMax} bytes are used or not pushed`;
    throw new FaasmError('host.capacity', message);
  }

  /** Lets unused values go that were not changed, until there is room for `bytes` more. */
  #evict(bytes: number): void {
    let excess = this.usage.bytes + bytes - this.#options.bytesMax;
    for (const [name, value] of this.#values) {
      if (excess <= 0) return;
      if (value.users > 0 || value.maps.isDirty) continue;
      excess -= value.memoryBytes;
      this.#values.delete(name);
      this.#close(value);
    }
  }
}

/** The first and the last byte of a range whose chunks have others that stay. */
function edgesOf({ sizeBytes }: LocalValue, { start, end }: ByteRange): ByteRange[] {
  if (start >= end) return [];
  return [
    ...(start % CHUNK_BYTES === 0 && end >= Math.min(sizeBytes, start + CHUNK_BYTES)
      ? []
      : [{ start, end: start + 1 }]),
    ...(end % CHUNK_BYTES === 0 || end === sizeBytes ? [] : [{ start: end - 1, end }]),
  ];
}
