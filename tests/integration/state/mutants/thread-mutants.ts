import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import { CHUNK_BYTES, ValueMaps, type ByteRange, type RegionPlace } from '@faasm/state';
import { method, type Restore } from './method.ts';

/** A memory as a thread maps into it. */
type MappedMemory = ReturnType<LinuxMemoryMapper['control']>;

function marking(change: (range: ByteRange) => ByteRange): Restore {
  return method(
    ValueMaps,
    'flag',
    (flag) =>
      function (this: ValueMaps, range) {
        flag.call(this, change(range));
      },
  );
}

function copying(
  name: 'readRegion' | 'writeRegion',
  change: (place: RegionPlace, bytes: Uint8Array) => [RegionPlace, Uint8Array],
): Restore {
  return method(
    LinuxMemoryMapper,
    name,
    (copy) =>
      function (this: LinuxMemoryMapper, place, bytes) {
        copy.call(this, ...change(place, bytes));
      },
  );
}

function mapping(change: (mapped: MappedMemory) => Partial<MappedMemory>): Restore {
  return method(
    LinuxMemoryMapper,
    'control',
    (control) =>
      function (this: LinuxMemoryMapper, memory) {
        const mapped = control.call(this, memory);
        return Object.assign(mapped, change(mapped));
      },
  );
}

/** What goes wrong in a thread of guests, by name. */
export const THREAD_MUTANTS: Record<string, () => Restore> = {
  'a mark forgets the last byte': () =>
    marking(({ start, end }) => ({ start, end: Math.max(start, end - 1) })),
  'nothing is marked': () => marking(({ start }) => ({ start, end: start })),
  'a mark begins with its chunk': () =>
    marking(({ start, end }) => ({ start: Math.floor(start / CHUNK_BYTES) * CHUNK_BYTES, end })),
  'everything counts as pulled': () => method(ValueMaps, 'isPulled', () => () => true),
  'a copy to a guest begins at the first byte': () =>
    copying('readRegion', ({ region }, bytes) => [{ region, offset: 0 }, bytes]),
  'a copy to a guest lacks the last byte': () =>
    copying('readRegion', (place, bytes) => [place, bytes.subarray(0, -1)]),
  'a copy from a guest lacks the last byte': () =>
    copying('writeRegion', (place, bytes) => [place, bytes.subarray(0, -1)]),
  'a mapping begins at the first chunk': () =>
    mapping((mapped) => {
      const mapRegion = mapped.mapRegion.bind(mapped);
      return {
        mapRegion: (range, at) => {
          mapRegion({ ...range, offset: 0 }, at);
        },
      };
    }),
  'a mapping stays after the call': () =>
    mapping((mapped) => {
      const close = mapped.close.bind(mapped);
      const mapRegion = mapped.mapRegion.bind(mapped);
      const starts = new Set<number>();
      return {
        mapRegion: (range, at) => {
          mapRegion(range, at);
          starts.add(at);
        },
        close: (range) => {
          if (![...starts].some((at) => range.start <= at && at < range.end)) close(range);
        },
      };
    }),
};
