import type { SharedRegion } from '@faasm/faaslet';
import { memoryMapperContract } from '@faasm/faaslet/contracts';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { ftruncateSync, fstatSync, readFileSync, writeSync } from 'node:fs';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { LinuxMemoryMapper } from './linux-memory-mapper.ts';
import { mappingsThatFit } from './mappings-that-fit.ts';

const PAGE_BYTES = 65_536;

memoryMapperContract('LinuxMemoryMapper', () => new LinuxMemoryMapper());

test('LinuxMemoryMapper.createImage seals: nobody can shrink, grow or write it, so no access ends in SIGBUS', () => {
  const mapper = new LinuxMemoryMapper();
  const image = mapper.createImage(2 * PAGE_BYTES, [{ offset: 0, bytes: Uint8Array.of(1) }]);
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 2 });
  mapper.control(memory).mapImage(image);
  for (const size of [0, PAGE_BYTES, 3 * PAGE_BYTES]) {
    assert.throws(() => {
      ftruncateSync(image.fd, size);
    }, /EPERM/);
  }
  assert.throws(() => writeSync(image.fd, Uint8Array.of(2), 0, 1, 0), /EPERM/);
  assert.equal(fstatSync(image.fd).size, 2 * PAGE_BYTES);
  assert.equal(new Uint8Array(memory.buffer)[0], 1);
  mapper.closeImage(image);
});

test('LinuxMemoryMapper.createRegion seals its size, so that no access to what is mapped ends in SIGBUS', () => {
  const mapper = new LinuxMemoryMapper();
  const region = mapper.createRegion(2 * PAGE_BYTES);
  for (const size of [0, PAGE_BYTES, 3 * PAGE_BYTES]) {
    assert.throws(() => {
      ftruncateSync(region.fd, size);
    }, /EPERM/);
  }
  assert.throws(() => writeSync(region.fd, Uint8Array.of(2), 0, 1, 2 * PAGE_BYTES), /EPERM/);
  assert.equal(fstatSync(region.fd).size, 2 * PAGE_BYTES);
  mapper.closeRegion(region);
});

test('MappedMemory.mapRegion lets the memories of several threads see what each writes', async () => {
  const mapper = new LinuxMemoryMapper();
  const region = mapper.createRegion(PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  mapper.control(memory).mapRegion({ region, offset: 0, sizeBytes: PAGE_BYTES }, 0);
  const words = new Uint32Array(memory.buffer);
  words[0] = 1;
  const threads = [1, 2, 3].map((place) => addOneInThread(region, place));
  await Promise.all(threads);
  assert.deepEqual([...words.subarray(0, 5)], [1, 2, 2, 2, 0]);
  mapper.closeRegion(region);
});

/** Resolves when another thread, which maps the region too, has written one more than word 0 to word `place`. */
async function addOneInThread(region: SharedRegion, place: number): Promise<void> {
  const worker = new Worker(new URL('region-thread-under-test.ts', import.meta.url), {
    workerData: { region, place },
  });
  const [code] = await once(worker, 'exit');
  assert.equal(code, 0);
}

test('LinuxMemoryMapper reports a mapping that the system refuses as host.capacity', () => {
  const mapper = new LinuxMemoryMapper();
  const mapped = mapper.control(new WebAssembly.Memory({ initial: 1, maximum: 1 }));
  assert.throws(
    () => {
      mapped.mapImage({ fd: 1_000_000, sizeBytes: PAGE_BYTES });
    },
    { code: 'host.capacity', message: /mmap failed with EBADF/ },
  );
});

test('A memory takes few mappings however often it is closed, opened and mapped', () => {
  const mapper = new LinuxMemoryMapper();
  const memories = Array.from({ length: 50 }, () => new WebAssembly.Memory({ initial: 8, maximum: 16 }));
  const image = mapper.createImage(2 * PAGE_BYTES, []);
  const before = mappings();
  for (const memory of memories) {
    const mapped = mapper.control(memory);
    for (let i = 0; i < 4; i++) {
      mapped.close({ start: 2 * PAGE_BYTES, end: 8 * PAGE_BYTES });
      mapped.mapImage(image);
      mapped.open({ start: 2 * PAGE_BYTES, end: 4 * PAGE_BYTES });
    }
  }
  const each = (mappings() - before) / memories.length;
  assert.ok(each <= 3, `${each} mappings more a memory, of 5 that are counted for one`);
  mapper.closeImage(image);
});

test('mappingsThatFit leaves a fifth of the mappings to others and a quarter of the rest to regions', () => {
  const limit = Number(readFileSync('/proc/sys/vm/max_map_count', 'utf8'));
  for (const wanted of [1, 100, 12_000, 10_000_000]) {
    const { faaslets, regions } = mappingsThatFit(wanted);
    assert.ok(faaslets <= wanted && 5 * faaslets + regions <= 0.8 * limit);
    assert.ok(regions >= Math.floor(0.2 * limit));
  }
});

test('mappingsThatFit takes the default of Linux where it cannot look', () => {
  const nowhere = '/proc/there-is-no-such-file';
  assert.deepEqual(mappingsThatFit(4_096, nowhere), { faaslets: 4_096, regions: 31_944 });
  assert.deepEqual(mappingsThatFit(12_000, nowhere), { faaslets: 7_863, regions: 13_109 });
});

function mappings(): number {
  return readFileSync('/proc/self/maps', 'utf8').split('\n').length;
}
