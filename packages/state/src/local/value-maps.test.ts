import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHUNK_BYTES, chunkCount, type ByteRange } from '../byte-range.ts';
import { ValueMaps } from './value-maps.ts';

/** Two chunks and some bytes. */
const SIZE_BYTES = 2 * CHUNK_BYTES + 77;

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
const step = fc.record({
  what: fc.constantFrom(
    'flag',
    'flag',
    'unflag',
    'take',
    'takeOne',
    'pulled',
    'forgetPulled',
    'forgetUnmarked',
  ),
  one: place,
  other: place,
});

/** Bytes and chunks as two lists have them. */
class Model {
  readonly dirty = new Uint8Array(SIZE_BYTES);
  readonly pulled = Array.from({ length: chunkCount(SIZE_BYTES) }, () => false);

  /** Chunks that a range touches. */
  chunks({ start, end }: ByteRange): number[] {
    return this.pulled.flatMap((_, chunk) =>
      start < end && chunk * CHUNK_BYTES < end && start < (chunk + 1) * CHUNK_BYTES ? [chunk] : [],
    );
  }

  isWhollyDirty(chunk: number): boolean {
    return !this.dirty.subarray(chunk * CHUNK_BYTES, (chunk + 1) * CHUNK_BYTES).includes(0);
  }
}

function marked(runs: Iterable<ByteRange>): Uint8Array {
  const bytes = new Uint8Array(SIZE_BYTES);
  for (const { start, end } of runs) {
    assert.ok(!bytes.subarray(start, end).includes(1), 'A byte is in two runs');
    bytes.fill(1, start, end);
  }
  return bytes;
}

function compare(maps: ValueMaps, model: Model): void {
  const runs = model.pulled.flatMap((_, chunk) =>
    maps.dirtyIn({ start: chunk * CHUNK_BYTES, end: Math.min(SIZE_BYTES, (chunk + 1) * CHUNK_BYTES) }),
  );
  assert.deepEqual(marked(runs), model.dirty);
  assert.equal(maps.isDirty, model.dirty.includes(1));
  for (const [chunk, isPulled] of model.pulled.entries())
    assert.equal(maps.isPulled({ start: chunk * CHUNK_BYTES, end: chunk * CHUNK_BYTES + 1 }), isPulled);
  const whole = { start: 0, end: SIZE_BYTES };
  assert.equal(maps.isPulled(whole), !model.pulled.includes(false));
  const both = [...maps.pulled(), ...maps.unpulled(whole)];
  assert.deepEqual(marked(both), new Uint8Array(SIZE_BYTES).fill(1));
}

function apply({ maps, model }: { maps: ValueMaps; model: Model }, what: string, range: ByteRange): void {
  const { start, end } = range;
  if (what === 'flag') {
    maps.flag(range);
    model.dirty.fill(1, start, end);
  } else if (what === 'unflag') {
    maps.unflag(range);
    model.dirty.fill(0, start, end);
  } else if (what === 'take') {
    assert.deepEqual(marked([...maps.takeDirty()].flat()), model.dirty);
    model.dirty.fill(0);
  } else if (what === 'takeOne') {
    // Whoever stops asking leaves what it was not given.
    const first = maps.takeDirty().next();
    for (const run of first.done === true ? [] : first.value) model.dirty.fill(0, run.start, run.end);
  } else if (what === 'pulled') {
    maps.notePulled(range);
    for (const chunk of model.chunks(range)) model.pulled[chunk] = true;
  } else if (what === 'forgetPulled') {
    maps.forgetPulled();
    model.pulled.fill(false);
  } else {
    maps.forgetUnmarked(range);
    for (const chunk of model.chunks(range)) if (!model.isWhollyDirty(chunk)) model.pulled[chunk] = false;
  }
}

test('ValueMaps marks bytes and chunks as two lists do, for every thread that has its memory', () => {
  const property = fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
    const maps = ValueMaps.create(SIZE_BYTES);
    const elsewhere = new ValueMaps(maps.shared, SIZE_BYTES);
    const model = new Model();
    for (const { what, one, other } of steps)
      apply({ maps, model }, what, { start: Math.min(one, other), end: Math.max(one, other) });
    compare(maps, model);
    compare(elsewhere, model);
  });
  fc.assert(property, { numRuns: 150 });
});

test('ValueMaps of a value without bytes has nothing to pull or to push', () => {
  const maps = ValueMaps.create(0);
  const none = { start: 0, end: 0 };
  maps.flag(none);
  assert.equal(maps.isDirty, false);
  assert.equal(maps.isPulled(none), true);
  assert.deepEqual([...maps.takeDirty(), ...maps.pulled(), ...maps.unpulled(none)], []);
});
