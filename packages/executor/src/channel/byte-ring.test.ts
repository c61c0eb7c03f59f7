import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { ByteRing, type RecordPlace } from './byte-ring.ts';

const CAPACITY = 256;

const copyOf = ({ bytes, start, length }: RecordPlace): Uint8Array => bytes.slice(start, start + length);

const filling =
  (value: number) =>
  ({ bytes, start, length }: RecordPlace): void => {
    bytes.fill(value, start, start + length);
  };

test('ByteRing is a queue: what was pushed comes out once, whole and in order, whatever the sizes', () => {
  const operations = fc.array(fc.oneof(fc.nat(CAPACITY), fc.constant('shift' as const)), { maxLength: 300 });
  const property = fc.property(operations, (steps) => {
    const ring = ByteRing.create(CAPACITY);
    const model: Uint8Array[] = [];
    let value = 0;
    for (const step of steps) {
      if (step === 'shift') {
        assert.deepEqual(ring.shift(copyOf), model.shift());
      } else {
        value = (value + 1) % 256;
        if (ring.push(step, filling(value))) model.push(new Uint8Array(step).fill(value));
        else
          assert.ok(
            model.length > 0 || step > CAPACITY / 2 - 8,
            `${step} bytes do not fit into an empty ring`,
          );
      }
      assert.equal(ring.isEmpty, model.length === 0);
    }
  });
  fc.assert(property, { numRuns: 500 });
});

test('ByteRing.push refuses what does not fit, and leaves what is there', () => {
  const ring = ByteRing.create(64);
  assert.equal(ring.push(40, filling(7)), true);
  assert.equal(ring.push(40, filling(8)), false);
  assert.equal(ring.push(57, filling(8)), false);
  assert.deepEqual(ring.shift(copyOf), new Uint8Array(40).fill(7));
  assert.throws(() => ByteRing.create(100), RangeError);
});

test('ByteRing carries records between threads, over the end of its counters too', async () => {
  const ring = ByteRing.create(1_024);
  // Near the place where the counters become negative, and wrap around.
  new Int32Array(ring.shared)[0] = 0x7fff_fe00;
  new Int32Array(ring.shared)[16] = 0x7fff_fe00;
  const count = 20_000;
  const program = `
    const { workerData, parentPort } = require('node:worker_threads');
    import(workerData.module).then(({ ByteRing }) => {
      const ring = new ByteRing(workerData.shared);
      let sum = 0;
      for (let i = 0; i < workerData.count; ) {
        const value = ring.shift(({ bytes, start, length }) => {
          for (const byte of bytes.subarray(start, start + length))
            if (byte !== length % 251) throw new Error('Torn record ' + i);
          return length;
        });
        if (value === undefined) continue;
        if (value !== (i * 7) % 300) throw new Error('Record ' + i + ' has ' + value + ' bytes');
        sum += value;
        i += 1;
      }
      parentPort.postMessage(sum);
    });`;
  const worker = new Worker(program, {
    eval: true,
    workerData: { module: new URL('./byte-ring.ts', import.meta.url).href, shared: ring.shared, count },
  });
  const answered = once(worker, 'message');
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const length = (i * 7) % 300;
    sum += length;
    while (!ring.push(length, filling(length % 251)));
  }
  assert.deepEqual(await answered, [sum]);
});
