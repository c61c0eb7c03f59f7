import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assemble } from '@faasm/faaslet/testing';
import { freshVersion } from './fresh-version.ts';

test('freshVersion makes a valid module of other bytes for each mark', () => {
  const wasm = assemble({ functions: [{ name: '_start', body: [] }] });
  const versions = ['1', '2', 'x'.repeat(126)].map((mark) => freshVersion(wasm, mark));
  assert.equal(new Set(versions.map((version) => Buffer.from(version).toString('hex'))).size, 3);
  for (const version of versions) {
    const module = new WebAssembly.Module(version);
    assert.deepEqual(WebAssembly.Module.exports(module), [{ name: '_start', kind: 'function' }]);
  }
  assert.throws(() => freshVersion(wasm, 'x'.repeat(127)), /at most 126 bytes, received 127/);
});
