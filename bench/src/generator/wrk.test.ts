import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { luaScript, parseLoadResult } from './wrk.ts';

describe('luaScript', () => {
  it('writes every byte of the body as a decimal escape', () => {
    assert.match(luaScript(Uint8Array.of(0, 34, 92, 255)), /^wrk\.body = "\\000\\034\\092\\255"$/m);
  });
});

/** What wrk prints when `failed` of 5,000 requests failed. */
function printed(failed: number): string {
  return `Running 1s test\n2 requests\nfigures: {"requests":5000,"microseconds":2000000,"p50":400,"p99":1500,"failed":${failed}}\n`;
}

describe('parseLoadResult', () => {
  it('reads the line that the script printed', () => {
    assert.deepEqual(parseLoadResult(printed(0)), { requests: 5_000, seconds: 2, p50Ms: 0.4, p99Ms: 1.5 });
  });

  it('refuses figures with failed requests, with no request, and no figures', () => {
    assert.throws(() => parseLoadResult(printed(3)), /3 of 5000 requests failed/);
    assert.throws(() => parseLoadResult(printed(0).replace('5000', '0')), /0 of 0 requests failed/);
    assert.throws(() => parseLoadResult('unable to connect'), /no figures: unable to connect/);
    assert.throws(() => parseLoadResult('figures: {"requests":1}'), /no failed/);
  });
});
