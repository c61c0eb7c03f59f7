import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Guest, GuestOutcome } from '../guest.ts';
import { LinearMemory } from '../memory/linear-memory.ts';
import type { SharedRegion } from '../memory/memory-mapper.ts';
import type { MemorySlot } from '../memory/memory-slot.ts';
import { PAGE_BYTES } from '../module/memory-type.ts';
import { TestEngine } from '../testing/index.ts';
import type { Faaslet } from './faaslet.ts';
import { FIXED_BYTES, mappedGuest, SEGMENT, STEPS, type Step } from './mapped-guest-under-test.ts';
import { MemoryModel } from './memory-model-under-test.ts';
import type { ProtoFaaslet } from './proto-faaslet.ts';

const PAGES_MAX = 5;
const WINDOW_PAGES = 6;
const mapper = new LinuxMemoryMapper();

/** A place near something of interest; where that is depends on what was done before. */
interface Place {
  readonly base: 'start' | 'end' | 'windowStart' | 'windowEnd' | 'zero';
  readonly delta: number;
  /** Whether a range ends there, rather than begins. */
  readonly ends: boolean;
}

interface Mapping {
  readonly type: 'map';
  readonly region: number;
  readonly offset: number;
  readonly pages: number;
}

interface HostAccess {
  readonly type: 'hostRead' | 'hostWrite';
  readonly at: Place;
  readonly length: number;
}

interface GuestStep<Type extends Step = Exclude<Step, 'end'>> {
  readonly type: Type;
  readonly at: Place;
  readonly from: Place;
  readonly value: number;
  readonly length: number;
}

type Command = Mapping | HostAccess | GuestStep;

/** Mostly right, so that calls go on for a while. */
const inside: fc.Arbitrary<Place> = fc
  .record({
    base: fc.constantFrom('start', 'end', 'windowStart', 'windowEnd'),
    delta: fc.constantFrom(0, 1, 4_093, 30_000),
    ends: fc.boolean(),
  })
  .map(({ base, delta }) => {
    const ends = base === 'end' || base === 'windowEnd';
    return { base, delta: ends ? -delta : delta, ends };
  });
const anywhere: fc.Arbitrary<Place> = fc.record({
  base: fc.constantFrom('start', 'end', 'windowStart', 'windowEnd', 'zero'),
  delta: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 2, arbitrary: fc.integer({ min: -20, max: 20 }) },
    { weight: 1, arbitrary: fc.integer({ min: -200_000, max: 200_000 }) },
  ),
  ends: fc.boolean(),
});
const place = fc.oneof({ weight: 9, arbitrary: inside }, { weight: 1, arbitrary: anywhere });
const length = fc.oneof(
  { weight: 12, arbitrary: fc.nat(40) },
  { weight: 4, arbitrary: fc.nat(100_000) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1, PAGE_BYTES, 0x7fff_ffff) },
);
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('map' as const),
      region: fc.nat(1),
      offset: fc.nat(1),
      pages: fc.integer({ min: 1, max: 2 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constantFrom('hostRead' as const, 'hostWrite' as const),
      at: place,
      length,
    }),
  },
  {
    weight: 14,
    arbitrary: fc.record({
      type: fc.constantFrom(...STEPS.filter((step): step is Exclude<Step, 'end'> => step !== 'end')),
      at: place,
      from: place,
      value: fc.nat(255),
      length,
    }),
  },
);
const calls = fc.array(
  fc.record({ commands: fc.array(command, { maxLength: 16 }), after: fc.constantFrom('reset', 'restore') }),
  { maxLength: 6 },
);

/** What a step of the guest must come to: a trap, or something to note, or neither. */
interface Expected {
  readonly operands: readonly number[];
  readonly traps: boolean;
  readonly note?: number;
}

/** Does commands in a guest and in a model of it, and compares. */
class Comparison {
  /** What the guest did: traps and steps that went well. */
  readonly seen = { trapped: 0, done: 0, limited: 0 };
  readonly #regions: readonly SharedRegion[] = [2, 3].map((pages) => mapper.createRegion(pages * PAGE_BYTES));
  readonly #modelRegions = this.#regions.map(({ sizeBytes }) => new Uint8Array(sizeBytes));
  readonly #engine = new TestEngine(mapper, {
    imports: (_, current) => ({
      env: {
        next: () => this.#next(current()),
        operand: (index: number) => this.#expected?.operands[index] ?? 0,
        note: (value: number) => {
          assert.equal(value, this.#expected?.note);
        },
      },
    }),
    options: { limits: { memoryBytes: PAGES_MAX * PAGE_BYTES, outputBytes: 100, logBytes: 100 } },
    windowBytes: WINDOW_PAGES * PAGE_BYTES,
  });
  #model = new MemoryModel(0, new Uint8Array(0));
  #slot: MemorySlot | undefined;
  #commands: Command[] = [];
  #expected: Expected | undefined;

  async run(plan: readonly { commands: Command[]; after: string }[]): Promise<void> {
    const protos = [await this.#proto(1), await this.#proto(3)];
    let proto = 0;
    const restored = (): Faaslet => {
      const chosen = protos[proto % 2];
      assert.ok(chosen);
      return this.#engine.faaslet(chosen, this.#slot);
    };
    let faaslet = restored();
    for (const { commands, after } of plan) {
      this.#slot = faaslet.slot;
      this.#model = new MemoryModel(PAGES_MAX * PAGE_BYTES, image(faaslet.proto));
      this.#commands = [...commands];
      this.#expected = undefined;
      this.#check(await faaslet.run(this.#engine.guest()));
      if (after === 'reset') faaslet.reset();
      else {
        proto += 1;
        faaslet = restored();
      }
      assert.ok(Buffer.from(visible(faaslet.slot)).equals(image(faaslet.proto)));
    }
    for (const region of this.#regions) mapper.closeRegion(region);
  }

  async #proto(pages: number): Promise<ProtoFaaslet> {
    const proto = await this.#engine.initialize(mappedGuest({ pages, pagesMax: PAGES_MAX }));
    assert.ok(!('outcome' in proto));
    return proto;
  }

  #check({ outcome }: GuestOutcome): void {
    const traps = this.#expected?.traps === true;
    if (traps) {
      this.seen.trapped += 1;
      assert.deepEqual(outcome, {
        type: 'error',
        code: 'guest.trap',
        message: 'memory access out of bounds',
      });
    } else if (outcome.type === 'error') {
      assert.equal(outcome.code, 'state.mapped_limit', JSON.stringify(outcome));
      this.seen.limited += 1;
    }
    assert.ok(Buffer.from(this.#model.heap).equals(visible(this.#slot)));
    for (const [i, region] of this.#regions.entries()) {
      const bytes = new Uint8Array(region.sizeBytes);
      mapper.readRegion({ region, offset: 0 }, bytes);
      assert.ok(Buffer.from(bytes).equals(this.#modelRegions[i] ?? new Uint8Array(0)), `region ${i}`);
    }
  }

  /** The place of the next step of the guest; what the host does before it is done at once. */
  #next(guest: Guest): number {
    assert.notEqual(this.#expected?.traps, true, 'A step that had to trap did not');
    this.#expected = undefined;
    for (let next = this.#commands.shift(); next !== undefined; next = this.#commands.shift()) {
      this.seen.done += 1;
      if (next.type === 'map') this.#map(guest, next);
      else if (!('from' in next)) this.#access(next);
      else {
        this.#expected = this.#expect(next);
        if (this.#expected !== undefined) return STEPS.indexOf(next.type);
      }
    }
    return STEPS.indexOf('end');
  }

  #map(guest: Guest, { region: index, offset, pages }: Mapping): void {
    const [region, bytes] = [this.#regions[index], this.#modelRegions[index]];
    assert.ok(region !== undefined && bytes !== undefined);
    const range = { offset: offset * PAGE_BYTES, sizeBytes: pages * PAGE_BYTES };
    if (range.offset + range.sizeBytes > region.sizeBytes) return;
    const fits = this.#model.mappedBytes + range.sizeBytes <= WINDOW_PAGES * PAGE_BYTES;
    const expected = this.#model.windowEnd;
    if (fits) this.#model.map({ bytes, ...range });
    const pointer = guest.mapShared({ region, ...range });
    assert.ok(fits, 'More was mapped than fits');
    assert.equal(pointer, expected);
  }

  #access({ type, at, length: given }: HostAccess): void {
    const model = this.#model;
    const size = given >>> 0;
    const start = this.#address(at, size);
    // A host that would be given so many bytes has them.
    if (type === 'hostWrite' && size > 1_000_000) return;
    assert.ok(this.#slot);
    const memory = new LinearMemory(this.#slot, (message) => {
      throw new RangeError(message);
    });
    const bytes = new Uint8Array(type === 'hostWrite' ? size : 0).fill(start & 0xff);
    const access = (): unknown =>
      type === 'hostRead' ? memory.read(start, size) : memory.write(start, bytes);
    if (!model.holds(start, size)) assert.throws(access, RangeError);
    else if (type === 'hostRead') assert.deepEqual(access(), model.read(start, size));
    else {
      access();
      model.write(start, bytes);
    }
  }

  /** What comes of a step, which is done in the model; undefined for one that could end in several ways. */
  #expect(step: GuestStep): Expected | undefined {
    const { type, at, value } = step;
    if (type === 'grow') return this.#expectOfGrowth(value % 4);
    if (type !== 'load' && type !== 'store') return this.#expectOfRange({ ...step, type });
    const address = this.#address(at, 4);
    const found = this.#model.read(address, 4);
    if (found === undefined) return { operands: [address], traps: true };
    if (type === 'load') return { operands: [address], traps: false, note: Buffer.from(found).readInt32LE() };
    this.#model.write(address, Uint8Array.of(value, 0, 0, 0));
    return { operands: [address, value], traps: false };
  }

  #expectOfGrowth(delta: number): Expected {
    const pages = this.#model.heap.byteLength / PAGE_BYTES;
    const fits = pages + delta <= PAGES_MAX;
    if (fits) this.#model.grow(delta);
    return { operands: [delta], traps: false, note: fits ? pages : -1 };
  }

  #expectOfRange(
    step: GuestStep<'fill' | 'fixedFill' | 'copy' | 'fixedCopy' | 'init'>,
  ): Expected | undefined {
    const model = this.#model;
    const { type, value } = step;
    const size = type.startsWith('fixed') ? FIXED_BYTES : step.length >>> 0;
    const to = this.#address(step.at, size);
    if (type === 'init') {
      const offset = value % 10;
      const traps = !model.holds(to, size) || offset + size > SEGMENT.byteLength;
      if (!traps) model.write(to, SEGMENT.subarray(offset, offset + size));
      return { operands: [to, offset, size], traps };
    }
    if (type === 'fill' || type === 'fixedFill') {
      const traps = !model.holds(to, size);
      if (!traps) model.write(to, new Uint8Array(size).fill(value));
      return { operands: [to, value, size], traps };
    }
    const source = this.#address(step.from, size);
    const traps = !model.holds(to, size) || !model.holds(source, size);
    if (!traps) {
      if (model.aliases(to, source, size)) return undefined;
      model.write(to, model.read(source, size) ?? new Uint8Array(0));
    }
    return { operands: [to, source, size], traps };
  }

  #address({ base, delta, ends }: Place, size: number): number {
    const { heap, windowStart, windowEnd } = this.#model;
    const bases = { zero: 0, start: 1_000, end: heap.byteLength, windowStart, windowEnd };
    return (bases[base] + delta - (ends ? size : 0)) >>> 0;
  }
}

/** What a Faaslet's memory holds in the beginning. */
function image({ reset }: ProtoFaaslet): Uint8Array {
  return reset.bytes ?? new Uint8Array(0);
}

function visible(slot: MemorySlot | undefined): Uint8Array {
  assert.ok(slot);
  return slot.bytes.subarray(0, slot.sizeBytes);
}

test('A guest, the host and all operations reach exactly the memory and what is mapped (I5, I13)', async () => {
  const seen = { trapped: 0, done: 0, limited: 0 };
  const property = fc.asyncProperty(calls, async (plan) => {
    const comparison = new Comparison();
    await comparison.run(plan);
    for (const key of ['trapped', 'done', 'limited'] as const) seen[key] += comparison.seen[key];
  });
  await fc.assert(property, { numRuns: 200 });
  assert.ok(seen.trapped > 100 && seen.done > 800 && seen.limited > 0, JSON.stringify(seen));
});
