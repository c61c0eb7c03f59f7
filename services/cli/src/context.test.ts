import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contextOf } from './context.ts';
import { CommandError } from './exit-codes.ts';

test('contextOf takes base URLs with and without a path, and no slash at the end', () => {
  const options = { edge: 'https://example.org/faasm/', uploadUrl: 'http://[::1]:8002', json: true };
  assert.deepEqual(contextOf(options), {
    edge: 'https://example.org/faasm',
    uploads: 'http://[::1]:8002',
    json: true,
  });
});

test('contextOf refuses what is no base URL and names the flag', () => {
  for (const edge of ['', 'localhost:8080', '127.0.0.1', 'ftp://a', 'http://a?b=c', 'http://a#b']) {
    assert.throws(
      () => contextOf({ edge, uploadUrl: 'http://a' }),
      (error) => error instanceof CommandError && error.message.startsWith(`--edge ${JSON.stringify(edge)}`),
    );
  }
});
