import { sortableId, systemClock } from '@faasm/stdx';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { heldBytes, parseCallId } from './call.ts';
import { isFaasmError } from './faasm-error.ts';

test('parseCallId takes every id that is given out', () => {
  const id = sortableId(systemClock);
  assert.equal(parseCallId(id), id);
});

test('parseCallId refuses every other text, and shows a bounded part of it', () => {
  const other = fc.oneof(
    fc.string({ maxLength: 300 }),
    fc.string({ unit: fc.constantFrom(...'ILOUilou0'.split('')), minLength: 26, maxLength: 26 }),
  );
  fc.assert(
    fc.property(other, (text) => {
      fc.pre(!/^0{26}$/.test(text));
      assert.throws(
        () => parseCallId(text),
        (error: unknown) => isFaasmError(error, 'call.unknown') && error.message.length < 450,
      );
    }),
    { examples: [[''], [`${sortableId(systemClock)}\n`], [sortableId(systemClock).toLowerCase()]] },
  );
});

test('heldBytes counts the input and the arguments, in bytes of UTF-8', () => {
  assert.equal(heldBytes({ input: new Uint8Array(7) }), 7);
  assert.equal(heldBytes({ input: new Uint8Array(7), arguments: ['a', 'ü', ''] }), 10);
});
