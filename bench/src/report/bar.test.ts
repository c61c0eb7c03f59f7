import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatBar, makeBar, type Bar, type Demand } from './bar.ts';

function barWith(demand: Demand): Bar {
  return makeBar({
    bar: 'echo',
    ratio: { ratio: 0.5, interval: [0.4, 0.6], rounds: 20 },
    unit: 'of requests/CPU-second',
    reference: { name: 'raw', value: 30_000.123, unit: 'requests/CPU-second' },
    measured: { value: 15_000, unit: 'requests/CPU-second' },
    demand,
  });
}

describe('makeBar', () => {
  it('holds only if the whole interval does', () => {
    assert.equal(barWith({ floor: 0.4 }).ok, true);
    assert.equal(barWith({ floor: 0.41 }).ok, false);
    assert.equal(barWith({ ceiling: 0.6 }).ok, true);
    assert.equal(barWith({ ceiling: 0.59 }).ok, false);
    assert.equal(barWith({ floor: 0.1, ceiling: 0.5 }).ok, false);
  });

  it('does not judge a bar that has only an aim', () => {
    assert.ok(!('ok' in barWith({ aim: 0.6 })));
    assert.equal(barWith({ aim: 0.6 }).aim, 0.6);
  });
});

describe('formatBar', () => {
  it('prints one line of JSON', () => {
    assert.equal(
      formatBar(barWith({ floor: 0.3, aim: 0.6 })),
      '{"bar":"echo","value":0.5,"unit":"of requests/CPU-second",' +
        '"reference":{"name":"raw","value":30000,"unit":"requests/CPU-second"},' +
        '"measured":{"value":15000,"unit":"requests/CPU-second"},' +
        '"floor":0.3,"aim":0.6,"ok":true,"interval":[0.4,0.6],"samples":20}',
    );
  });
});
