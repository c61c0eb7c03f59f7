import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { updatePage, type Summary } from './summary.ts';

function summaryOf(bench: string, value: number): Summary {
  return {
    bench,
    summary: 'one thing against another',
    setting: 'as always',
    machine: {
      processor: 'P',
      cores: 2,
      memoryGib: 4,
      loadAverage: 0.25,
      kernel: 'K',
      node: 'N',
      wrk: 'wrk W',
      redis: 'R',
    },
    date: '2026-01-02',
    bars: [
      {
        bar: `${bench}/a`,
        value,
        unit: 'of x',
        reference: { name: 'x', value: 2, unit: 'ms' },
        measured: { value: 1, unit: 'ms' },
        aim: 0.6,
        interval: [0.4, 0.6],
        samples: 20,
      },
    ],
  };
}

describe('updatePage', () => {
  it('begins a page with a section', () => {
    const page = updatePage('', summaryOf('echo', 0.512345));
    assert.match(page, /^# Benchmarks\n/);
    assert.match(page, /^## echo\n\nOne thing against another\.\n\n- Date: 2026-01-02$/m);
    assert.match(page, /^\| echo\/a \| 1 ms {5}\| x: 2 ms {3}\| 0\.5123 \| 0\.4 to 0\.6 {4}\| 0\.6 \|$/m);
  });

  it('replaces the section of the same benchmark and nothing else', () => {
    const two = updatePage(updatePage('', summaryOf('echo', 0.5)), summaryOf('state', 0.7));
    assert.equal(updatePage(two, summaryOf('echo', 0.5)), two);
    const changed = updatePage(`${two}\nA remark.\n`, summaryOf('echo', 0.25));
    assert.equal(changed, `${two}\nA remark.\n`.replace('| 0.5 ', '| 0.25'));
  });

  it('refuses a page with half a section', () => {
    assert.throws(() => updatePage('<!-- begin echo -->\n', summaryOf('echo', 1)), /only one of/);
  });
});
