import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MappedMemory, MemoryMapper, SharedRegion } from './memory-mapper.ts';

const PAGE_BYTES = 65_536;
const BLOCK_BYTES = 4_096;

/** A memory of four pages, its mappings under control, with an image of two over its beginning. */
interface World {
  readonly mapper: MemoryMapper;
  readonly memory: WebAssembly.Memory;
  readonly mapped: MappedMemory;
  readonly bytes: Uint8Array;
  /** Loads a 32-bit integer as a guest does. */
  readonly load: (address: number) => number;
}

/**
 * `(module (import "e" "m" (memory 1)) (func (export "l") (param i32) (result i32) local.get 0 i32.load))`
 */
// prettier-ignore
const LOADER = new WebAssembly.Module(Uint8Array.of(
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00,
  0x01, 0x06, 0x01, 0x60, 0x01, 0x7f, 0x01, 0x7f,
  0x02, 0x08, 0x01, 0x01, 0x65, 0x01, 0x6d, 0x02, 0x00, 0x01,
  0x03, 0x02, 0x01, 0x00,
  0x07, 0x05, 0x01, 0x01, 0x6c, 0x00, 0x00,
  0x0a, 0x09, 0x01, 0x07, 0x00, 0x20, 0x00, 0x28, 0x02, 0x00, 0x0b,
));

/** A region of three pages, the last two of which two memories have from their second page on. */
interface RegionWorld {
  readonly mapper: MemoryMapper;
  readonly region: SharedRegion;
  readonly memories: readonly [World, World];
}

/** Registers the tests that every {@link MemoryMapper} passes. */
export function memoryMapperContract(name: string, makeMapper: () => MemoryMapper): void {
  describe(`${name} as MemoryMapper`, () => {
    for (const [title, run] of Object.entries(CASES)) {
      it(title, () => {
        run(makeWorld(makeMapper()));
      });
    }
    for (const [title, run] of Object.entries(REGION_CASES)) {
      it(title, () => {
        const mapper = makeMapper();
        const region = mapper.createRegion(3 * PAGE_BYTES);
        const memories = [makeWorld(mapper), makeWorld(mapper)] as const;
        for (const { mapped } of memories)
          mapped.mapRegion({ region, offset: PAGE_BYTES, sizeBytes: 2 * PAGE_BYTES }, PAGE_BYTES);
        run({ mapper, region, memories });
        mapper.closeRegion(region);
      });
    }
  });
}

function makeWorld(mapper: MemoryMapper): World {
  const memory = new WebAssembly.Memory({ initial: 4, maximum: 8 });
  const mapped = mapper.control(memory);
  const extents = [
    { offset: 0, bytes: Uint8Array.of(1, 2, 3, 4) },
    { offset: PAGE_BYTES, bytes: new Uint8Array(BLOCK_BYTES).fill(7) },
  ];
  mapped.mapImage(mapper.createImage(2 * PAGE_BYTES, extents));
  const { l } = new WebAssembly.Instance(LOADER, { e: { m: memory } }).exports;
  assert.ok(typeof l === 'function');
  const load = (address: number): number => Number(l(address));
  return { mapper, memory, mapped, bytes: new Uint8Array(memory.buffer), load };
}

const CASES: Record<string, (world: World) => void> = {
  'MappedMemory.mapImage shows the image, and zeros where it has no extent': ({ bytes, load }) => {
    assert.equal(load(0), 0x04_03_02_01);
    assert.equal(load(PAGE_BYTES), 0x07_07_07_07);
    assert.ok(bytes.subarray(4, PAGE_BYTES).every((byte) => byte === 0));
  },

  'MappedMemory.mapImage keeps what is written to itself: the image stays as it was (I5)': (world) => {
    const other = world.mapper.control(new WebAssembly.Memory({ initial: 4, maximum: 8 }));
    assert.ok(other);
    const image = world.mapper.createImage(PAGE_BYTES, [{ offset: 0, bytes: Uint8Array.of(5) }]);
    world.mapped.mapImage(image);
    world.bytes.fill(9, 0, 100);
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
    world.mapper.control(memory).mapImage(image);
    assert.deepEqual([...new Uint8Array(memory.buffer).subarray(0, 2)], [5, 0]);
    world.mapper.closeImage(image);
    assert.equal(world.bytes[0], 9);
  },

  'MappedMemory.close makes an access trap, and MappedMemory.open begins with zeros (I5)': (world) => {
    const { mapped, bytes, load } = world;
    const range = { start: 2 * PAGE_BYTES, end: 4 * PAGE_BYTES };
    bytes.fill(1, range.start, range.end);
    mapped.close(range);
    for (const address of [range.start, range.start - 2, range.end - 4])
      assert.throws(() => load(address), WebAssembly.RuntimeError);
    mapped.open(range);
    assert.ok(bytes.subarray(range.start, range.end).every((byte) => byte === 0));
    assert.equal(load(0), 0x04_03_02_01);
  },

  'MappedMemory.discard brings the image back, and zeros behind it (I5)': ({ mapped, bytes, load }) => {
    bytes.fill(0xff);
    mapped.discard({ start: 0, end: 4 * PAGE_BYTES });
    assert.equal(load(0), 0x04_03_02_01);
    assert.equal(load(PAGE_BYTES + 100), 0x07_07_07_07);
    assert.ok(bytes.subarray(2 * PAGE_BYTES).every((byte) => byte === 0));
  },

  'MappedMemory.changed has every part that was written, or is undefined (I5)': ({ mapped, bytes }) => {
    const written = [0, 5 * BLOCK_BYTES + 17, 2 * PAGE_BYTES - 1];
    const read = 9 * BLOCK_BYTES;
    assert.equal(bytes[read], 0);
    for (const at of written) bytes[at] = 1;
    const ranges = mapped.changed({ start: 0, end: 2 * PAGE_BYTES });
    if (ranges === undefined) return;
    for (const at of written)
      assert.ok(
        ranges.some(({ start, end }) => start <= at && at < end),
        `${at}`,
      );
    assert.ok(ranges.every(({ start, end }) => start < end && end <= 2 * PAGE_BYTES));
  },

  'MemoryMapper.control follows a memory that grows': ({ memory, mapped }) => {
    memory.grow(2);
    new Uint8Array(memory.buffer).fill(1, 4 * PAGE_BYTES);
    mapped.discard({ start: 5 * PAGE_BYTES, end: 6 * PAGE_BYTES });
    const bytes = new Uint8Array(memory.buffer);
    assert.deepEqual([bytes[4 * PAGE_BYTES], bytes[5 * PAGE_BYTES]], [1, 0]);
  },

  'MappedMemory refuses ranges beyond the end of the memory (I13)': ({ mapped }) => {
    for (const range of [
      { start: 0, end: 5 * PAGE_BYTES },
      { start: -PAGE_BYTES, end: PAGE_BYTES },
      { start: 2 * PAGE_BYTES, end: PAGE_BYTES },
    ]) {
      assert.throws(() => {
        mapped.close(range);
      }, RangeError);
    }
  },
};

const REGION_CASES: Record<string, (world: RegionWorld) => void> = {
  'MemoryMapper.createRegion makes zeros, of a positive multiple of 64 KiB': ({ mapper, region }) => {
    const bytes = new Uint8Array(region.sizeBytes).fill(1);
    mapper.readRegion({ region, offset: 0 }, bytes);
    assert.ok(bytes.every((byte) => byte === 0));
    for (const size of [0, -PAGE_BYTES, PAGE_BYTES + 4_096, 0.5, NaN, Infinity])
      assert.throws(() => mapper.createRegion(size), RangeError, `${size}`);
  },

  'MappedMemory.mapRegion lets memories see what the others write at once, and nothing else of them': (
    world,
  ) => {
    const [one, other] = world.memories;
    one.bytes.set([1, 2, 3, 4], PAGE_BYTES);
    assert.equal(other.load(PAGE_BYTES), 0x04_03_02_01);
    other.bytes.set([9], 3 * PAGE_BYTES - 1);
    assert.equal(one.bytes[3 * PAGE_BYTES - 1], 9);
    one.bytes.fill(5, 0, PAGE_BYTES);
    one.bytes.fill(5, 3 * PAGE_BYTES);
    assert.deepEqual([other.bytes[100], other.bytes[3 * PAGE_BYTES]], [0, 0]);
  },

  'MemoryMapper.readRegion and MemoryMapper.writeRegion see what memories have mapped, also in linear memory':
    (world) => {
      const { mapper, region, memories } = world;
      const [{ bytes, load }, other] = memories;
      bytes.set([6, 7], PAGE_BYTES + 10);
      const read = new Uint8Array(4);
      mapper.readRegion({ region, offset: PAGE_BYTES + 9 }, read);
      assert.deepEqual([...read], [0, 6, 7, 0]);
      mapper.writeRegion({ region, offset: 3 * PAGE_BYTES - 4 }, Uint8Array.of(1, 0, 0, 1));
      assert.equal(load(3 * PAGE_BYTES - 4), 0x01_00_00_01);
      mapper.writeRegion({ region, offset: 0 }, bytes.subarray(PAGE_BYTES + 10, PAGE_BYTES + 12));
      mapper.readRegion({ region, offset: 0 }, other.bytes.subarray(0, 2));
      assert.deepEqual([...other.bytes.subarray(0, 2)], [6, 7]);
    },

  'MappedMemory.close takes a region away from one memory and leaves its bytes to others (I5)': ({
    memories,
  }) => {
    const [one, other] = memories;
    one.bytes.fill(8, PAGE_BYTES, 3 * PAGE_BYTES);
    one.mapped.close({ start: PAGE_BYTES, end: 3 * PAGE_BYTES });
    assert.throws(() => one.load(PAGE_BYTES), WebAssembly.RuntimeError);
    assert.equal(other.load(2 * PAGE_BYTES), 0x08_08_08_08);
    one.mapped.open({ start: PAGE_BYTES, end: 3 * PAGE_BYTES });
    assert.equal(one.load(2 * PAGE_BYTES), 0);
    one.bytes.fill(1, PAGE_BYTES, 3 * PAGE_BYTES);
    assert.equal(other.load(2 * PAGE_BYTES), 0x08_08_08_08);
  },

  'MemoryMapper.closeRegion leaves what is mapped as it is': ({ mapper, memories }) => {
    const region = mapper.createRegion(PAGE_BYTES);
    const [one, other] = memories;
    for (const { mapped } of memories) mapped.mapRegion({ region, offset: 0, sizeBytes: PAGE_BYTES }, 0);
    mapper.closeRegion(region);
    one.bytes[0] = 77;
    assert.equal(other.bytes[0], 77);
  },

  'MemoryMapper refuses what is beyond the end of a region, before anything is read or written (I13)': (
    world,
  ) => {
    const { mapper, region, memories } = world;
    const [{ mapped }] = memories;
    const bytes = new Uint8Array(2).fill(1);
    for (const offset of [-1, 3 * PAGE_BYTES - 1, 3 * PAGE_BYTES, NaN]) {
      assert.throws(() => {
        mapper.readRegion({ region, offset }, bytes);
      }, RangeError);
      assert.throws(() => {
        mapper.writeRegion({ region, offset }, bytes);
      }, RangeError);
      assert.throws(() => {
        mapped.mapRegion({ region, offset, sizeBytes: PAGE_BYTES }, 0);
      }, RangeError);
    }
    assert.throws(() => {
      mapped.mapRegion({ region, offset: 0, sizeBytes: PAGE_BYTES }, 4 * PAGE_BYTES);
    }, RangeError);
    assert.deepEqual([...bytes], [1, 1]);
  },
};
