import { isFaasmError } from '@faasm/protocol';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatStateKey, KEY_BYTES_MAX, stateKey } from './state-key.ts';

test('stateKey takes keys of any script up to the bound, and names them user/key', () => {
  for (const key of ['w', 'a/b c', 'ä\u{1f600}', 'k'.repeat(KEY_BYTES_MAX)])
    assert.equal(formatStateKey(stateKey('demo', key)), `demo/${key}`);
});

test('stateKey refuses what is no key, and shows it (I13)', () => {
  for (const key of ['', 'a\0b', 'a\nb', '\ud800', 'ä'.repeat(KEY_BYTES_MAX / 2 + 1)])
    assert.throws(
      () => stateKey('demo', key),
      (error) => isFaasmError(error, 'state.bad_key'),
      JSON.stringify(key),
    );
  for (const user of ['', 'a/b', '..'])
    assert.throws(
      () => stateKey(user, 'k'),
      (error) => isFaasmError(error, 'request.bad_name'),
    );
});
