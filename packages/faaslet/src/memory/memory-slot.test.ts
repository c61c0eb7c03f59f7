import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { PAGE_BYTES } from '../module/memory-type.ts';
import { assemble, I32, OP } from '../testing/index.ts';
import { LinearMemory } from './linear-memory.ts';
import { MAPPINGS_MAX } from './mapped-window.ts';
import type { SharedRegion } from './memory-mapper.ts';
import { MemorySlot } from './memory-slot.ts';

const mapper = new LinuxMemoryMapper();
const ACCESSES = new WebAssembly.Module(
  assemble({
    memory: { min: 1, imported: true },
    functions: [{ name: 'load', parameters: [I32], results: [I32], body: [OP.localGet(0), OP.i32Load] }],
  }),
);

/** A slot whose guests grow to eight pages, with a window of as many, that begins with an image of two pages. */
function makeSlot(): { slot: MemorySlot; load: (address: number) => number; reset: () => void } {
  const slot = new MemorySlot(mapper, { memoryBytes: 8 * PAGE_BYTES, windowBytes: 8 * PAGE_BYTES });
  const image = mapper.createImage(2 * PAGE_BYTES, [{ offset: 0, bytes: Uint8Array.of(1, 0, 0, 0) }]);
  slot.restore(image);
  const { load } = new WebAssembly.Instance(ACCESSES, { env: { memory: slot.memory } }).exports;
  assert.ok(typeof load === 'function');
  const reset = (): void => {
    slot.reset({ image, bytes: undefined });
  };
  return { slot, load: (address) => Number(load(address)), reset };
}

function filledRegion(pages: number, byte: number): SharedRegion {
  const region = mapper.createRegion(pages * PAGE_BYTES);
  mapper.writeRegion({ region, offset: 0 }, new Uint8Array(region.sizeBytes).fill(byte));
  return region;
}

/** Which of the pages that a guest could have can be read. */
function readable(load: (address: number) => number): number[] {
  return Array.from({ length: 17 }, (_, page) => page).filter((page) => {
    try {
      load(page * PAGE_BYTES + 100);
      return true;
    } catch (error) {
      assert.ok(error instanceof WebAssembly.RuntimeError, String(error));
      return false;
    }
  });
}

test('MemorySlot.map puts regions one behind the other above all that the guest can grow', () => {
  const { slot, load } = makeSlot();
  const [one, other] = [filledRegion(1, 1), filledRegion(4, 2)];
  assert.equal(slot.map({ region: one, offset: 0, sizeBytes: PAGE_BYTES }), 8 * PAGE_BYTES);
  assert.deepEqual(readable(load), [0, 1, 8]);
  const range = { region: other, offset: PAGE_BYTES, sizeBytes: 2 * PAGE_BYTES };
  assert.equal(slot.map(range), 9 * PAGE_BYTES);
  assert.deepEqual(readable(load), [0, 1, 8, 9, 10]);
  assert.deepEqual(slot.window, { start: 8 * PAGE_BYTES, end: 11 * PAGE_BYTES });
  assert.equal(load(9 * PAGE_BYTES - 2), 0x02_02_01_01);
});

test('MemorySlot.grow works beside what is mapped, up to where the window begins', () => {
  const { slot, load } = makeSlot();
  slot.map({ region: filledRegion(1, 1), offset: 0, sizeBytes: PAGE_BYTES });
  assert.equal(slot.grow(2, 16), 2);
  assert.deepEqual(readable(load), [0, 1, 2, 3, 8]);
  assert.equal(slot.grow(5, 16), -1);
  assert.equal(slot.grow(4, 16), 4);
  assert.deepEqual(readable(load), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual([load(2 * PAGE_BYTES), load(8 * PAGE_BYTES)], [0, 0x01_01_01_01]);
  slot.map({ region: filledRegion(1, 2), offset: 0, sizeBytes: PAGE_BYTES });
  assert.equal(load(9 * PAGE_BYTES), 0x02_02_02_02);
});

for (const [way, undo] of [
  ['reset', ({ reset }: ReturnType<typeof makeSlot>): unknown => reset()],
  ['clear', ({ slot }: ReturnType<typeof makeSlot>): unknown => slot.clear(2)],
] as const) {
  test(`MemorySlot.${way} leaves no byte of a region within reach, and none changed in it (I5)`, () => {
    const world = makeSlot();
    const { slot, load } = world;
    const region = filledRegion(3, 9);
    for (let round = 0; round < 3; round++) {
      slot.grow(1, 8);
      slot.map({ region, offset: 0, sizeBytes: region.sizeBytes });
      undo(world);
      assert.deepEqual(readable(load), [0, 1]);
      assert.deepEqual(slot.window, { start: 0, end: 0 });
      slot.grow(6, 8);
      assert.equal(load(7 * PAGE_BYTES), 0);
      undo(world);
    }
    const bytes = new Uint8Array(region.sizeBytes);
    mapper.readRegion({ region, offset: 0 }, bytes);
    assert.ok(bytes.every((byte) => byte === 9));
  });
}

test('MemorySlot.map refuses what is over the bytes or the number of mappings, and changes nothing', () => {
  const { slot, load, reset } = makeSlot();
  const region = filledRegion(9, 1);
  assert.throws(() => slot.map({ region, offset: 0, sizeBytes: 9 * PAGE_BYTES }), {
    code: 'state.mapped_limit',
    message: 'Call maps 589824 bytes of state, over the limit of 524288 bytes',
  });
  slot.map({ region, offset: 0, sizeBytes: 7 * PAGE_BYTES });
  assert.throws(() => slot.map({ region, offset: 0, sizeBytes: 2 * PAGE_BYTES }), {
    code: 'state.mapped_limit',
  });
  assert.deepEqual(readable(load), [0, 1, 8, 9, 10, 11, 12, 13, 14]);
  reset();
  slot.map({ region, offset: 0, sizeBytes: 8 * PAGE_BYTES });
  for (const range of [
    { offset: 0, sizeBytes: 0 },
    { offset: 0, sizeBytes: -PAGE_BYTES },
    { offset: 0, sizeBytes: 4_096 },
    { offset: 4_096, sizeBytes: PAGE_BYTES },
  ])
    assert.throws(() => slot.map({ region, ...range }), RangeError);
});

test(`MemorySlot.map takes ${MAPPINGS_MAX} regions, and after a reset as many again`, () => {
  const slot = new MemorySlot(mapper, { memoryBytes: PAGE_BYTES, windowBytes: 100 * PAGE_BYTES });
  const range = { region: filledRegion(1, 1), offset: 0, sizeBytes: PAGE_BYTES };
  for (let round = 0; round < 2; round++) {
    slot.clear(1);
    for (let i = 1; i <= MAPPINGS_MAX; i++) assert.equal(slot.map(range), i * PAGE_BYTES);
    assert.throws(() => slot.map(range), {
      code: 'state.mapped_limit',
      message: 'Call maps another part of its state, over the limit of 64 parts',
    });
  }
});

test('MemorySlot.map keeps to what all memories may have mapped, and a reset makes room again (I11)', () => {
  let free = 3;
  const regions = {
    limit: free,
    acquire: () => {
      if (free === 0) return false;
      free -= 1;
      return true;
    },
    release: (count: number) => {
      free += count;
    },
  };
  const bounds = { memoryBytes: PAGE_BYTES, windowBytes: 8 * PAGE_BYTES, regions };
  const [one, other] = [new MemorySlot(mapper, bounds), new MemorySlot(mapper, bounds)];
  const range = { region: filledRegion(1, 1), offset: 0, sizeBytes: PAGE_BYTES };
  for (const slot of [one, other, other]) slot.map(range);
  assert.throws(() => one.map(range), {
    code: 'host.capacity',
    message: 'Host has 3 parts of state mapped, which is its limit',
  });
  assert.throws(() => one.map({ ...range, sizeBytes: 8 * PAGE_BYTES }), { code: 'state.mapped_limit' });
  other.clear(1);
  assert.equal(free, 2);
  one.map(range);
  // What cannot be mapped after all is given back as well.
  assert.throws(() => other.map({ ...range, offset: PAGE_BYTES }), RangeError);
  one.clear(1);
  other.clear(1);
  assert.equal(free, 3);
});

test('A memory takes a mapping of the process for each region, and five beside them', () => {
  const region = filledRegion(1, 1);
  const before = mappings();
  const worlds = Array.from({ length: 50 }, makeSlot);
  for (let round = 0; round < 3; round++) {
    for (let regions = 1; regions <= 8; regions++) {
      for (const { slot } of worlds) slot.map({ region, offset: 0, sizeBytes: PAGE_BYTES });
      // Others come and go, but hardly as many as there are memories.
      const each = (mappings() - before) / worlds.length;
      assert.ok(each < regions + 6, `${each} mappings a memory with ${regions} regions`);
      for (const { slot } of worlds) slot.grow(regions % 2, 8);
    }
    for (const { reset } of worlds) reset();
    assert.ok((mappings() - before) / worlds.length < 5);
  }
});

function mappings(): number {
  return readFileSync('/proc/self/maps', 'utf8').split('\n').length;
}

test('LinearMemory takes ranges wholly in the window, and none that crosses a border (I13)', () => {
  const { slot } = makeSlot();
  const memory = new LinearMemory(slot, (message) => {
    throw new Error(message);
  });
  const [start, end] = [8 * PAGE_BYTES, 10 * PAGE_BYTES];
  assert.throws(() => memory.read(start, 0), /go beyond the memory of 131072 bytes$/);
  slot.map({ region: filledRegion(2, 3), offset: 0, sizeBytes: end - start });
  assert.deepEqual([...memory.read(start, 2)], [3, 3]);
  memory.writeU32(end - 4, 7);
  assert.equal(memory.readU32(end - 4), 7);
  assert.equal(memory.read(end, 0).byteLength, 0);
  for (const [pointer, length] of [
    [start - 1, 1],
    [start - 1, 2],
    [2 * PAGE_BYTES, 1],
    [2 * PAGE_BYTES - 1, 2],
    [end - 1, 2],
    [end, 1],
    [0, -1],
    [start, -1],
    [-1, 1],
  ] as const)
    assert.throws(
      () => memory.read(pointer, length),
      /go beyond the memory of 131072 bytes and its state from 524288 to 655360$/,
      `${length} at ${pointer}`,
    );
  slot.grow(6, 8);
  assert.throws(() => memory.read(start - 1, 2));
  assert.equal(memory.read(start - 1, 1)[0], 0);
});

test('LinearMemory.lengthOfText ends at the end of the window (I13)', () => {
  const { slot } = makeSlot();
  const memory = new LinearMemory(slot, (message) => {
    throw new Error(message);
  });
  const start = slot.map({ region: filledRegion(1, 3), offset: 0, sizeBytes: PAGE_BYTES });
  assert.throws(() => memory.lengthOfText(start + PAGE_BYTES - 3, 4));
  assert.equal(memory.lengthOfText(start + PAGE_BYTES - 3, 3), 3);
  memory.writeU8(start + PAGE_BYTES - 1, 0);
  assert.equal(memory.lengthOfText(start + PAGE_BYTES - 3, 100), 2);
});

test('LinearMemory.read copies, so that nothing that is decoded changes meanwhile (I13)', () => {
  const { slot } = makeSlot();
  const region = filledRegion(1, 1);
  const memory = new LinearMemory(slot, (message) => {
    throw new Error(message);
  });
  const pointer = slot.map({ region, offset: 0, sizeBytes: PAGE_BYTES });
  const copy = memory.read(pointer, 4);
  memory.fill(pointer, 4, (view) => {
    // As another thread would, while the host looks.
    mapper.writeRegion({ region, offset: 0 }, Uint8Array.of(2, 2, 2, 2));
    assert.deepEqual([...view], [2, 2, 2, 2]);
  });
  assert.deepEqual([...copy], [1, 1, 1, 1]);
});
