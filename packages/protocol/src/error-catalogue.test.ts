import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERROR_CATALOGUE, isErrorCode, type ErrorEntry } from './error-catalogue.ts';
import { FaasmError, isFaasmError } from './faasm-error.ts';

const ENTRIES = Object.entries<ErrorEntry>(ERROR_CATALOGUE);

test('ERROR_CATALOGUE names codes as family.kind, and blames no caller with a 5xx', () => {
  for (const [code, { status, fault }] of ENTRIES) {
    assert.match(code, /^[a-z]+\.[a-z]+(_[a-z]+)*$/);
    assert.equal(fault === 'caller', status >= 400 && status < 500, code);
    assert.ok(status >= 400 && status < 600, code);
  }
});

test('ERROR_CATALOGUE has a title without a full stop, and sentences for when and remedy', () => {
  for (const [code, { title, when, remedy }] of ENTRIES) {
    assert.match(title, /^[A-Z].*[^.]$/, code);
    assert.match(when, /^[A-Z`].*\.$/, code);
    assert.match(remedy, /^[A-Z`].*\.$/, code);
  }
  assert.equal(new Set(ENTRIES.map(([, { title }]) => title)).size, ENTRIES.length);
});

test('isErrorCode knows the codes of the catalogue, and nothing that every object has', () => {
  for (const [code] of ENTRIES) assert.ok(isErrorCode(code));
  for (const other of ['constructor', '__proto__', 'toString', 'call', '', 7, null, undefined]) {
    assert.equal(isErrorCode(other), false);
  }
});

test('FaasmError carries its code, its entry, its cause and when to try again', () => {
  const cause = new Error('connection refused');
  const error = new FaasmError('queue.unavailable', 'Redis is gone', { cause, retryAfterSeconds: 2 });
  assert.equal(error.entry, ERROR_CATALOGUE['queue.unavailable']);
  assert.equal(error.cause, cause);
  assert.equal(error.retryAfterSeconds, 2);
  assert.ok(isFaasmError(error, 'queue.unavailable'));
  assert.equal(isFaasmError(error, 'queue.full'), false);
  assert.equal(isFaasmError(cause), false);
  assert.equal('cause' in new FaasmError('queue.full', 'Queue is full'), false);
});
