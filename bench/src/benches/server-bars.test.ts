import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rotate, type ServerSample } from './compare-servers.ts';
import { serverBars } from './server-bars.ts';

function sample(requestsPerCpuSecond: number, p99Ms: number): ServerSample {
  return {
    requests: requestsPerCpuSecond,
    seconds: 1,
    p50Ms: 1,
    p99Ms,
    cpuSeconds: 1,
    requestsPerSecond: requestsPerCpuSecond,
    requestsPerCpuSecond,
  };
}

describe('serverBars', () => {
  const samples = new Map([
    ['raw', [sample(30_000, 1), sample(15_000, 2)]],
    ['standalone', [sample(15_000, 4), sample(7_500, 8)]],
  ]);

  it('compares round by round and puts the demand on requests per CPU-second alone', () => {
    const bars = serverBars('echo', samples, {
      subject: 'standalone',
      reference: 'raw',
      demand: { floor: 0.4, aim: 0.6 },
    });
    assert.deepEqual(
      bars.map(({ bar, value, ok, samples: rounds }) => ({
        bar,
        value: Number(value.toFixed(6)),
        ok,
        rounds,
      })),
      [
        { bar: 'echo/standalone-to-raw/requests-per-cpu-second', value: 0.5, ok: true, rounds: 2 },
        { bar: 'echo/standalone-to-raw/requests-per-second', value: 0.5, ok: undefined, rounds: 2 },
        { bar: 'echo/standalone-to-raw/p50', value: 1, ok: undefined, rounds: 2 },
        { bar: 'echo/standalone-to-raw/p99', value: 4, ok: undefined, rounds: 2 },
      ],
    );
  });

  it('refuses a subject that was not measured, and one that was measured less often', () => {
    assert.throws(
      () => serverBars('echo', samples, { subject: 'cluster', reference: 'raw' }),
      /cluster was not/,
    );
    const fewer = new Map([...samples, ['cluster', [sample(1, 1), sample(1, 1), sample(1, 1)]]]);
    assert.throws(
      () => serverBars('echo', fewer, { subject: 'cluster', reference: 'raw' }),
      /NaN in round 2/,
    );
  });
});

describe('rotate', () => {
  it('starts each round with another element', () => {
    assert.deepEqual(
      [0, 1, 2, 3].map((round) => rotate(['a', 'b', 'c'], round).join('')),
      ['abc', 'bca', 'cab', 'abc'],
    );
    assert.deepEqual(rotate([], 3), []);
  });
});
