import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import {
  openStateHost,
  ValueMaps,
  type ByteRange,
  type GlobalTier,
  type StateHost,
  type StateHostOptions,
  type StateKey,
} from '@faasm/state';
import { systemClock } from '@faasm/stdx';

const MIB = 1024 * 1024;
const LEASE_MS = 10_000;

/** The value of a host as the local tier hands it out. */
type Value = NonNullable<Awaited<ReturnType<StateHost['local']['acquire']>>>;

/** A host without threads, which does to a value what the thread of a guest does. */
export class LocalHost {
  readonly host: StateHost;
  readonly mapper = new LinuxMemoryMapper();

  constructor(global: GlobalTier, options: Partial<StateHostOptions> = {}) {
    this.host = openStateHost({
      regions: this.mapper,
      clock: systemClock,
      valueBytesMax: 16 * MIB,
      localBytesMax: 64 * MIB,
      leaseMs: LEASE_MS,
      ...options,
      global,
    });
  }

  /** Uses a value for as long as `action` lasts. */
  async use<T>(key: StateKey, sizeBytes: number, action: (value: Value) => Promise<T>): Promise<T> {
    const value = await this.host.local.acquire(key, sizeBytes);
    if (value === undefined) throw new TypeError(`There is no value ${key.key}`);
    try {
      return await action(value);
    } finally {
      this.host.local.release(value);
    }
  }

  async read(value: Value, range: ByteRange): Promise<Uint8Array> {
    await this.host.local.prepare(value, { range, how: 'read' });
    return this.seen(value, range);
  }

  /** What everybody sees who has it mapped. */
  seen(value: Value, { start, end }: ByteRange): Uint8Array {
    const bytes = new Uint8Array(end - start);
    this.mapper.readRegion({ region: value.shared.region, offset: start }, bytes);
    return bytes;
  }

  async write(value: Value, range: ByteRange, byte: number): Promise<void> {
    await this.host.local.prepare(value, { range, how: 'overwrite' });
    this.writeMapped(value, range, byte);
    this.flag(value, range);
  }

  writeMapped(value: Value, { start, end }: ByteRange, byte: number): void {
    const bytes = new Uint8Array(end - start).fill(byte);
    this.mapper.writeRegion({ region: value.shared.region, offset: start }, bytes);
  }

  flag(value: Value, range: ByteRange): void {
    const { maps, sizeBytes } = value.shared;
    new ValueMaps(maps, sizeBytes).flag(range);
  }

  async push(value: Value, mask?: Value): Promise<void> {
    await this.host.local.push(value, { token: () => undefined, mask });
  }
}
