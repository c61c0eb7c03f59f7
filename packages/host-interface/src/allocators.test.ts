import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import { PAGE_BYTES, type Faaslet, type Guest, type SharedRegion } from '@faasm/faaslet';
import { TestEngine } from '@faasm/faaslet/testing';
import { allocatorModules } from '@faasm/guests';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMON_LAUNCH } from './guest-environment.ts';
import { hostInterface, linkImports } from './host-interface.ts';

const MEMORY_BYTES = 32 * 1024 * 1024;
const WINDOW_BYTES = 8 * 1024 * 1024;
const MAPPINGS = 64;

/** What an allocator was seen to hand out. */
interface Range {
  readonly start: number;
  readonly end: number;
}

interface Mapped extends Range {
  readonly region: SharedRegion;
  /** How large the guest's own memory was then. */
  readonly sizeBytes: number;
}

const mapper = new LinuxMemoryMapper();

/** The host's side of the programs: maps, and notes where everything is. */
class Surveyor {
  mapsFirst = false;
  /** By where they begin; those that were given back are gone. */
  blocks = new Map<number, Range>();
  mappings: Mapped[] = [];

  functions(current: () => Guest): Record<string, WebAssembly.ImportValue> {
    return {
      __test_maps_first: () => Number(this.mapsFirst),
      __test_map: (sizeBytes: number) => this.#map(current(), sizeBytes),
      __test_block: (pointer: number, sizeBytes: number) => {
        this.#block(current(), { start: pointer >>> 0, end: (pointer >>> 0) + sizeBytes });
      },
    };
  }

  forget(): void {
    for (const { region } of this.mappings) mapper.closeRegion(region);
    this.mappings = [];
    this.blocks = new Map();
  }

  #map(guest: Guest, sizeBytes: number): number {
    const region = mapper.createRegion(sizeBytes);
    const start = guest.mapShared({ region, offset: 0, sizeBytes });
    const mapped = { start, end: start + sizeBytes };
    for (const block of this.blocks.values()) assertApart(block, mapped);
    for (const other of this.mappings) assertApart(other, mapped);
    this.mappings.push({ ...mapped, region, sizeBytes: guest.memory.sizeBytes });
    return start;
  }

  #block(guest: Guest, block: Range): void {
    if (block.start === block.end) {
      assert.ok(this.blocks.delete(block.start));
      return;
    }
    assert.ok(block.start > 0 && block.end <= guest.memory.sizeBytes);
    for (const other of this.blocks.values()) assertApart(block, other);
    for (const mapped of this.mappings) assertApart(block, mapped);
    this.blocks.set(block.start, block);
  }
}

function assertApart(one: Range, other: Range): void {
  assert.ok(one.end <= other.start || other.end <= one.start, JSON.stringify({ one, other }));
}

const surveyor = new Surveyor();
const engine = new TestEngine(mapper, {
  imports: (module, current) => {
    const { env, ...others } = linkImports(module, hostInterface(current), current);
    return { ...others, env: { ...env, ...surveyor.functions(current) } };
  },
  options: {
    ...COMMON_LAUNCH,
    limits: { memoryBytes: MEMORY_BYTES, outputBytes: 65_536, logBytes: 65_536 },
    captureStdout: true,
    input: new Uint8Array(0),
  },
  windowBytes: WINDOW_BYTES,
});

/** Runs a program once, and compares what the regions hold with what it wrote to them. */
async function survey(faaslet: Faaslet): Promise<void> {
  const { outcome } = await faaslet.run(engine.guest());
  assert.deepEqual(outcome, { type: 'success' });
  const { mappings, blocks } = surveyor;
  assert.equal(mappings.length, MAPPINGS);
  assert.ok(blocks.size > 40);
  const sizes = new Set(mappings.map(({ sizeBytes }) => sizeBytes));
  assert.ok(sizes.size > 3, `The memory grew ${sizes.size - 1} times between mappings`);
  for (const [round, { region }] of mappings.entries()) {
    const bytes = new Uint8Array(region.sizeBytes);
    mapper.readRegion({ region, offset: 0 }, bytes);
    assert.ok(bytes.every((byte, i) => byte === ((i * 31 + 100 + round) & 0xff)));
  }
  assert.equal(mappings[0]?.start, MEMORY_BYTES);
  assert.ok(mappings[1]?.sizeBytes !== undefined && mappings[1].sizeBytes % PAGE_BYTES === 0);
}

for (const { name, wasm } of await allocatorModules()) {
  for (const mapsFirst of [true, false]) {
    test(`The allocator of ${name} hands out no byte that is mapped, mappings ${mapsFirst ? 'before' : 'after'} its first block`, async () => {
      surveyor.mapsFirst = mapsFirst;
      const proto = await engine.initialize(wasm);
      assert.ok(!('outcome' in proto), JSON.stringify(proto));
      const faaslet = engine.faaslet(proto);
      // The second call finds a memory that is as large as the first one had to make it.
      for (let call = 0; call < 2; call++) {
        await survey(faaslet);
        surveyor.forget();
        faaslet.reset();
        assert.deepEqual(faaslet.slot.window, { start: 0, end: 0 });
      }
    });
  }
}
