import { MemoryGlobalTier } from '@faasm/adapter-memory';
import { FaasmError, isFaasmError } from '@faasm/protocol';
import { CHUNK_BYTES, stateKey, type ByteRange, type GlobalTier } from '@faasm/state';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HostModel, type ValueModel } from './host-model.ts';
import { LocalHost } from './local-host.ts';
import { tierWith } from './tier-with.ts';

/** Two chunks and some bytes. */
const SIZE_BYTES = 2 * CHUNK_BYTES + 77;
const REGION_BYTES = 3 * CHUNK_BYTES;
const WHOLE = { start: 0, end: SIZE_BYTES };
const KEY = stateKey('demo', 'weights');
const MASK = stateKey('demo', 'mask');
const FILLER = stateKey('demo', 'filler');

const edge = fc.constantFrom(
  0,
  1,
  CHUNK_BYTES - 1,
  CHUNK_BYTES,
  CHUNK_BYTES + 1,
  2 * CHUNK_BYTES,
  SIZE_BYTES,
);
const place = fc.oneof(edge, fc.nat(SIZE_BYTES));
/** The commoner ones twice. */
const WHAT = 'read write write map mapAndFlag push push refresh pushMasked failToPush evict remove'.split(
  ' ',
);

const step = fc.record({
  hostNumber: fc.nat(1),
  what: fc.constantFrom(...WHAT),
  one: place,
  other: place,
  byte: fc.nat(255),
});

/** A tier whose pushes take some pieces and fail then, when it is told to. */
function failing(tier: GlobalTier, isFailing: () => boolean): GlobalTier {
  return tierWith(tier, {
    push: async (key, push) => {
      if (!isFailing()) return await tier.push(key, push);
      for await (const piece of push.pieces) if (piece.offset >= CHUNK_BYTES) break;
      throw new FaasmError('state.unavailable', 'State is not available');
    },
  });
}

/** A host, and what it must have. */
class Pair {
  readonly real: LocalHost;
  readonly #tier: GlobalTier;
  readonly #global: ValueModel;
  #model: HostModel | undefined;
  #isFailing = false;

  constructor(tier: GlobalTier, global: ValueModel) {
    this.#tier = tier;
    this.#global = global;
    const localBytesMax = 3 * REGION_BYTES;
    this.real = new LocalHost(
      failing(tier, () => this.#isFailing),
      { localBytesMax },
    );
  }

  async step(what: string, range: ByteRange, byte: number): Promise<void> {
    if (what === 'evict') await this.#evict();
    else if (what === 'remove') await this.#remove();
    else await this.#use(what, range, byte);
  }

  /** Everything is as the model says, the rest of the value too. */
  async compare(): Promise<void> {
    const model = this.#used();
    await this.real.use(KEY, SIZE_BYTES, async (value) => {
      assert.equal(value.maps.isDirty, model.isDirty);
      assert.deepEqual(await this.real.read(value, WHOLE), model.read(WHOLE));
    });
  }

  async #use(what: string, range: ByteRange, byte: number): Promise<void> {
    const { real } = this;
    const model = this.#used();
    await real.use(KEY, SIZE_BYTES, async (value) => {
      if (what === 'read') assert.deepEqual(await real.read(value, range), model.read(range));
      else if (what === 'write') {
        await real.write(value, range, byte);
        model.write(range, byte);
      } else if (what === 'map' || what === 'mapAndFlag') {
        await real.host.local.prepare(value, { range, how: 'map' });
        real.writeMapped(value, range, byte);
        model.map(range);
        model.writeMapped(range, byte);
        if (what === 'map') return;
        real.flag(value, range);
        model.flag(range);
      } else if (what === 'refresh') {
        await real.host.local.refresh(value);
        model.refresh();
      } else if (what === 'pushMasked') await this.#pushMasked(range, byte);
      else if (what === 'push') {
        await real.push(value);
        model.push();
      } else {
        this.#isFailing = true;
        const fails = real.push(value);
        const hasFailed = model.toSend().includes(1) || this.#global.changes === 0;
        await (hasFailed ? assert.rejects(fails, unavailable) : fails.catch(() => undefined));
        this.#isFailing = false;
        model.failToPush();
      }
    });
  }

  async #pushMasked(range: ByteRange, byte: number): Promise<void> {
    const { real } = this;
    const ones = new Uint8Array(SIZE_BYTES).fill(byte % 2, range.start, range.end);
    await real.use(KEY, SIZE_BYTES, async (value) => {
      await real.use(MASK, SIZE_BYTES, async (mask) => {
        await real.write(mask, WHOLE, 0);
        if (byte % 2 === 1) await real.write(mask, range, 1);
        await real.push(value, mask);
      });
    });
    this.#model?.push(ones);
    await real.host.local.forget(MASK);
  }

  #used(): HostModel {
    if (this.#model?.refreshIfChanged() !== true) this.#model = new HostModel(this.#global, SIZE_BYTES);
    return this.#model;
  }

  /** Another value needs the room that this one has, unless it was changed. */
  async #evict(): Promise<void> {
    const { local } = this.real.host;
    const model = this.#model;
    const filled = local.acquire(FILLER, 2 * REGION_BYTES);
    const isFull = model?.isMapped === true && model.isDirty;
    if (isFull) await assert.rejects(filled, (error) => isFaasmError(error, 'host.capacity'));
    else local.release((await filled) ?? assert.fail());
    if (model?.isMapped === true && !model.isDirty) this.#model = undefined;
    assert.equal(local.peek(KEY) === undefined, this.#model === undefined);
    await local.forget(FILLER);
  }

  async #remove(): Promise<void> {
    await this.#tier.delete(KEY, {});
    await this.real.host.local.forget(KEY);
    this.#global.bytes = undefined;
    this.#model = undefined;
  }
}

function unavailable(error: unknown): boolean {
  return isFaasmError(error, 'state.unavailable');
}

test('LocalTier of two hosts does with one value what a model does: dirty bytes, chunks, bases, pushes that fail, eviction', async () => {
  const property = fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
    const tier = new MemoryGlobalTier();
    const global: ValueModel = { bytes: undefined, changes: 0 };
    const pairs = [new Pair(tier, global), new Pair(tier, global)];
    try {
      for (const { hostNumber, what, one, other, byte } of steps) {
        const range = { start: Math.min(one, other), end: Math.max(one, other) };
        await pairs[hostNumber]?.step(what, range, byte);
        assert.equal((await tier.describe(KEY)) === undefined, global.bytes === undefined);
      }
      const reading = await tier.read(KEY, { ranges: [WHOLE], sameVersion: true });
      const bytes = reading === undefined ? undefined : new Uint8Array(SIZE_BYTES);
      for await (const piece of reading?.pieces ?? []) bytes?.set(piece.bytes, piece.offset);
      assert.deepEqual(bytes, global.bytes);
      for (const pair of pairs) await pair.compare();
    } finally {
      for (const { real } of pairs) real.host.local.close();
    }
  });
  await fc.assert(property, { numRuns: 60 });
});
