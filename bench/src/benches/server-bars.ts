import { makeBar, type Bar, type Demand } from '../report/bar.ts';
import { geometricMean } from '../stats/moments.ts';
import { pairedRatio } from '../stats/paired-ratio.ts';
import type { ServerSample, ServerSamples } from './compare-servers.ts';

/** Which subject to compare with which. The demand is on requests per CPU-second. */
export interface ServerPair {
  readonly subject: string;
  readonly reference: string;
  readonly demand?: Demand;
}

/** The figures that are compared, the first one being what bars are about. */
const FIGURES = [
  { name: 'requests-per-cpu-second', field: 'requestsPerCpuSecond', unit: 'requests/CPU-second' },
  { name: 'requests-per-second', field: 'requestsPerSecond', unit: 'requests/s' },
  { name: 'p50', field: 'p50Ms', unit: 'ms' },
  { name: 'p99', field: 'p99Ms', unit: 'ms' },
] as const satisfies readonly { name: string; field: keyof ServerSample; unit: string }[];

/**
 * Four bars for the pair: requests per CPU-second, which carries the demand, requests per second, and the latencies
 * p50 and p99. Throws if one of both was not measured.
 */
export function serverBars(bench: string, samples: ServerSamples, pair: ServerPair): Bar[] {
  const measured = samplesOf(samples, pair.subject);
  const reference = samplesOf(samples, pair.reference);
  return FIGURES.map(({ name, field, unit }, index) => {
    const values = measured.map((sample) => sample[field]);
    const references = reference.map((sample) => sample[field]);
    const pairs = values.map((value, round) => ({ value, reference: references[round] ?? Number.NaN }));
    return makeBar({
      bar: `${bench}/${pair.subject}-to-${pair.reference}/${name}`,
      ratio: pairedRatio(pairs),
      unit: `of ${pair.reference}'s ${unit}`,
      reference: { name: pair.reference, value: geometricMean(references), unit },
      measured: { value: geometricMean(values), unit },
      ...(index === 0 && pair.demand !== undefined ? { demand: pair.demand } : {}),
    });
  });
}

function samplesOf(samples: ServerSamples, name: string): readonly ServerSample[] {
  const found = samples.get(name);
  if (found === undefined) throw new Error(`${name} was not measured`);
  return found;
}
