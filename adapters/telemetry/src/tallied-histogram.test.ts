import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Histogram, Registry } from 'prom-client';
import { TalliedHistogram } from './tallied-histogram.ts';

const OPTIONS = { name: 'seconds', help: 'Time', labelNames: ['phase'], buckets: [0.5, 1, 2] } as const;

test("TalliedHistogram reads like prom-client's own histogram, as text and as JSON", async () => {
  const observation = fc.record({
    phase: fc.constantFrom('queue', 'run'),
    value: fc.constantFrom(0, 0.25, 0.5, 0.75, 1, 2, 2.5),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(observation), async (observations) => {
      const expected = new Registry();
      const histogram = new Histogram({
        ...OPTIONS,
        labelNames: [...OPTIONS.labelNames],
        buckets: [...OPTIONS.buckets],
        registers: [expected],
      });
      const actual = new Registry();
      const tallied = new TalliedHistogram(OPTIONS);
      actual.registerMetric(tallied);
      for (const phase of ['queue', 'run']) {
        histogram.zero({ phase });
        const series = tallied.series({ phase });
        for (const { value } of observations.filter((each) => each.phase === phase)) {
          histogram.observe({ phase }, value);
          series.observe(value);
        }
      }
      assert.equal(await actual.metrics(), await expected.metrics());
      // One of both names exemplars that do not exist.
      const json = async (registry: Registry): Promise<string> =>
        JSON.stringify(await registry.getMetricsAsJSON(), (key, value: unknown) =>
          key === 'exemplar' ? undefined : value,
        );
      assert.deepEqual(JSON.parse(await json(actual)), JSON.parse(await json(expected)));
    }),
  );
});
