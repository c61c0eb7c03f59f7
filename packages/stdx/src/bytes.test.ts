import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { concat, EMPTY_BYTES, text, utf8 } from './bytes.ts';

test('utf8 and text give back any well-formed string', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      assert.equal(text(utf8(value)), value);
    }),
  );
});

test('text reads any bytes, and never throws (I13)', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      assert.ok(text(bytes).isWellFormed());
    }),
  );
  assert.equal(text(Uint8Array.of(0x61, 0xff, 0x62)), 'a\u{fffd}b');
});

test('concat joins all parts in order, views of larger buffers included', () => {
  const part = fc.tuple(fc.uint8Array(), fc.nat(8)).map(([bytes, skip]) => bytes.subarray(skip));
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      assert.ok(Buffer.concat(parts).equals(concat(parts)));
    }),
  );
});

test('EMPTY_BYTES has no byte that anyone could change', () => {
  assert.equal(EMPTY_BYTES.byteLength, 0);
  assert.equal(EMPTY_BYTES.buffer.byteLength, 0);
});
