import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { isFaasmError } from './faasm-error.ts';
import { formatFunctionRef, functionRef, parseFunctionRef } from './function-ref.ts';

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'.split('');

const name = fc
  .tuple(
    fc.constantFrom(...ALPHANUMERIC),
    fc.string({ unit: fc.constantFrom(...ALPHANUMERIC, '.', '_', '-'), maxLength: 127 }),
  )
  .map(([first, rest]) => first + rest);

test('parseFunctionRef gives back what formatFunctionRef wrote, for every valid name', () => {
  fc.assert(
    fc.property(name, name, (user, func) => {
      const ref = functionRef(user, func);
      assert.deepEqual(parseFunctionRef(formatFunctionRef(ref)), ref);
    }),
  );
});

test('functionRef refuses every other name, and shows it within bounds and without control characters', () => {
  const bad = fc
    .oneof(fc.string({ unit: 'binary' }), fc.string({ minLength: 129, maxLength: 5_000 }))
    .filter((value) => !isValid(value));
  fc.assert(
    fc.property(bad, name, (wrong, right) => {
      for (const [user, func] of [
        [wrong, right],
        [right, wrong],
      ] as const) {
        assert.throws(
          () => functionRef(user, func),
          (error: unknown) => {
            assert.ok(isFaasmError(error, 'request.bad_name'));
            assert.ok(error.message.length < 1_200, error.message);
            assert.doesNotMatch(error.message, /\p{Cc}/u);
            return true;
          },
        );
      }
    }),
    {
      examples: ['', '.', '..', '-x', 'a/b', 'a\0', 'a\n', '\u007f', 'a\u0085', 'é', 'a'.repeat(129)].map(
        (text) => [text, 'ok'],
      ),
    },
  );
});

/** The rule once more, in other words than the pattern's. */
function isValid(value: string): boolean {
  const characters = value.split('');
  return (
    characters.length >= 1 &&
    characters.length <= 128 &&
    ALPHANUMERIC.includes(value.charAt(0)) &&
    characters.every((character) => ALPHANUMERIC.includes(character) || '._-'.includes(character))
  );
}

test('parseFunctionRef refuses anything but two names with one slash between', () => {
  for (const text of ['', 'user', 'user/', '/func', 'user/func/', 'a/b/c', 'user func', '../x']) {
    assert.throws(() => parseFunctionRef(text), { code: 'request.bad_name' }, text);
  }
});
