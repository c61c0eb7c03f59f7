import { functionRef } from '@faasm/protocol';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustedFunctions } from './trusted-functions.ts';

test('trustedFunctions knows single functions and all of a user', () => {
  const isTrusted = trustedFunctions('alice/filter, bob/*');
  const trusted = ['alice/filter', 'alice/other', 'bob/one', 'bobby/one'].filter((name) => {
    const [user = '', func = ''] = name.split('/');
    return isTrusted(functionRef(user, func));
  });
  assert.deepEqual(trusted, ['alice/filter', 'bob/one']);
  assert.equal(trustedFunctions('none')(functionRef('none', 'none')), false);
});

test('trustedFunctions names each entry that is not one', () => {
  assert.throws(() => trustedFunctions('alice, b/c/d,ok/fine,*/x'), /"alice"[\s\S]*"b\/c\/d"[\s\S]*"\*\/x"/);
});
