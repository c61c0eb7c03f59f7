import { utf8 } from '@faasm/stdx';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { decodeFrame, encodeFrame, FRAME_VERSION, type Frame } from './frame.ts';

/** As JSON gives it back: -0 becomes 0. */
const json = fc.jsonValue().map((value): unknown => JSON.parse(JSON.stringify(value)));

const frame: fc.Arbitrary<Frame> = fc.record({
  header: json,
  segments: fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 4 }),
});

test('decodeFrame gives back what encodeFrame wrote', () => {
  fc.assert(
    fc.property(frame, (written) => {
      const read = decodeFrame(encodeFrame(written));
      assert.deepEqual(read.header, written.header);
      assert.deepEqual(read.segments.map(bytesOf), written.segments.map(bytesOf));
    }),
  );
});

function bytesOf(bytes: Uint8Array): number[] {
  return [...bytes];
}

test('decodeFrame reads a frame in the middle of a larger buffer', () => {
  fc.assert(
    fc.property(frame, fc.uint8Array(), (written, before) => {
      const bytes = encodeFrame(written);
      const whole = Buffer.concat([before, bytes, before]);
      const read = decodeFrame(whole.subarray(before.length, before.length + bytes.length));
      assert.deepEqual(read.segments.map(bytesOf), written.segments.map(bytesOf));
    }),
  );
});

test('decodeFrame refuses a cut frame, or reads fewer whole segments of it', () => {
  fc.assert(
    fc.property(frame, fc.nat(), (written, cut) => {
      const bytes = encodeFrame(written);
      const read = attempt(bytes.subarray(0, cut % bytes.length));
      if (read === undefined) return;
      assert.deepEqual(read.header, written.header);
      assert.ok(read.segments.length < written.segments.length);
    }),
  );
});

test('decodeFrame throws nothing but RangeError and SyntaxError for damaged or arbitrary bytes (I13)', () => {
  const flip = fc.record({ at: fc.nat(), bit: fc.nat(7) });
  fc.assert(
    fc.property(frame, fc.array(flip, { minLength: 1, maxLength: 4 }), (written, flips) => {
      const bytes = encodeFrame(written);
      for (const { at, bit } of flips) {
        const index = at % bytes.length;
        bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
      }
      attempt(bytes);
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      attempt(Uint8Array.of(FRAME_VERSION, ...bytes));
    }),
  );
});

test('decodeFrame says what is wrong', () => {
  const good = encodeFrame({ header: {}, segments: [utf8('abc')] });
  const refusals: [Uint8Array, RegExp][] = [
    [Uint8Array.of(), /^Frame version undefined is not 1$/],
    [Uint8Array.of(9, 0), /^Frame version 9 is not 1$/],
    [Uint8Array.of(FRAME_VERSION), /^Frame has no header$/],
    [good.subarray(0, 3), /^Frame is cut at byte 1$/],
    [good.subarray(0, -1), /^Frame of 13 bytes is cut: a part ends at byte 14$/],
  ];
  for (const [bytes, message] of refusals) {
    assert.throws(() => decodeFrame(bytes), { name: 'RangeError', message });
  }
});

/** What can be read of `bytes`; fails for an error that a reader does not expect. */
function attempt(bytes: Uint8Array): Frame | undefined {
  try {
    return decodeFrame(bytes);
  } catch (error) {
    assert.ok(error instanceof RangeError || error instanceof SyntaxError, String(error));
    return undefined;
  }
}
