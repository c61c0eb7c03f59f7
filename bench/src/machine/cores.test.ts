import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseCoreList } from './cores.ts';

describe('parseCoreList', () => {
  it('reads single cores and ranges', () => {
    assert.deepEqual(parseCoreList('0-2,5'), [0, 1, 2, 5]);
    assert.deepEqual(parseCoreList('7'), [7]);
  });

  it('refuses anything else', () => {
    for (const wrong of ['', 'a', '1-', '0;1'])
      assert.throws(() => parseCoreList(wrong), /Not a list of cores/);
  });
});
