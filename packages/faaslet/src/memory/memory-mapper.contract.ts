import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MappedMemory, MemoryMapper } from './memory-mapper.ts';

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

/** Registers the tests that every {@link MemoryMapper} passes. */
export function memoryMapperContract(name: string, makeMapper: () => MemoryMapper): void {
  describe(`${name} as MemoryMapper`, () => {
    for (const [title, run] of Object.entries(CASES)) {
      it(title, () => {
        run(makeWorld(makeMapper()));
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
