import { countingCases } from './cases/counting.ts';
import { registerHostCases } from './host-cases.ts';
import { memoryTier } from './two-hosts.ts';

/** Increments of each of 32 Faaslets. */
const TIMES = 10_000;
const TIMEOUT_MS = 3_600_000;

registerHostCases('Counting to 320,000, with the global tier in memory', countingCases(TIMES), {
  makeTier: memoryTier,
  timeoutMs: TIMEOUT_MS,
});
