import { ERROR_CATALOGUE, type ErrorCode } from '@faasm/protocol';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXIT, exitForCode, type ExitName } from './exit-codes.ts';

const CODES = Object.keys(ERROR_CATALOGUE) as ErrorCode[];

test('exitForCode tells the kinds of failure apart', () => {
  const expected: Partial<Record<ErrorCode, ExitName>> = {
    'guest.exit': 'failed',
    'guest.trap': 'failed',
    'guest.output_limit': 'failed',
    'request.bad_name': 'usage',
    'module.invalid': 'usage',
    'request.too_large': 'usage',
    'function.unknown': 'notFound',
    'version.unknown': 'notFound',
    'call.unknown': 'notFound',
    'state.unknown': 'notFound',
    'state.bad_range': 'usage',
    'state.size_mismatch': 'usage',
    'state.conflict': 'refused',
    'state.locked': 'refused',
    'state.fenced': 'failed',
    'queue.full': 'refused',
    'user.limit': 'refused',
    'server.draining': 'refused',
    'call.deadline': 'deadline',
    'call.cancelled': 'deadline',
    'queue.unavailable': 'unreachable',
    'store.unavailable': 'unreachable',
    'server.internal': 'unreachable',
    'call.host_lost': 'unreachable',
  };
  for (const [code, exit] of Object.entries(expected))
    assert.equal(exitForCode(code as ErrorCode), exit, code);
});

test('exitForCode agrees with the HTTP status of every code of the catalogue', () => {
  for (const code of CODES) {
    const { status } = ERROR_CATALOGUE[code];
    const exit = exitForCode(code);
    assert.notEqual(exit, 'ok', code);
    assert.equal(exit === 'notFound', status === 404, code);
    if (status === 400 || status === 413) assert.equal(exit, 'usage', code);
    if (status === 429) assert.equal(exit, 'refused', code);
    if (status === 504) assert.equal(exit, 'deadline', code);
  }
});

test('EXIT gives each outcome a code of its own, 0 for success only', () => {
  const codes = Object.values(EXIT).map(({ code }) => code);
  assert.deepEqual(codes, [0, 1, 2, 3, 4, 5, 6]);
});
