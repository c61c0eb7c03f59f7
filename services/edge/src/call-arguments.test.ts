import { isFaasmError } from '@faasm/protocol';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { readCallArguments } from './call-arguments.ts';

test('readCallArguments splits on spaces, however many there are', () => {
  assert.deepEqual(readCallArguments('one -v=2  three'), ['one', '-v=2', 'three']);
  assert.deepEqual(readCallArguments(''), []);
  assert.deepEqual(readCallArguments('a%20b %25 gr%C3%BC%C3%9F'), ['a b', '%', 'grüß']);
});

test('readCallArguments gives back whatever encodeURI wrote', () => {
  const argument = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('\0'));
  fc.assert(
    fc.property(fc.array(argument), (args) => {
      assert.deepEqual(readCallArguments(args.map(encodeURI).join(' ')), args);
    }),
  );
});

test('readCallArguments refuses other arguments by their place, value and bound', () => {
  for (const [header, detail] of [
    ['ok gr\u00fc\u00df', /argument 1 "grüß" holds what is no printable ASCII/],
    ['a\tb', /argument 0 "a\\tb" holds/],
    ['100%', /argument 0 "100%" has a % /],
    ['%C3', /has a % that does not begin percent-encoded UTF-8/],
    ['%ed%a0%80', /has a % /],
    ['a%00b', /argument 0 "a%00b" holds a NUL/],
    ['x'.repeat(4_097), /argument 0 "x{64}" has 4097 bytes, over the limit of 4096/],
  ] as const) {
    assert.throws(
      () => readCallArguments(header),
      (error: unknown) =>
        isFaasmError(error, 'request.bad_header') && detail.test(error.message) && error.message.length < 300,
      header,
    );
  }
});
