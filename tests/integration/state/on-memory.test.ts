import { countingCases } from './cases/counting.ts';
import { FAULT_CASES } from './cases/faults.ts';
import { LIMIT_CASES } from './cases/limits.ts';
import { LOCK_CASES } from './cases/locks.ts';
import { SHARING_CASES } from './cases/sharing.ts';
import { registerHostCases } from './host-cases.ts';
import { memoryTier } from './two-hosts.ts';

/** Increments of each Faaslet here; `npm run test:long` makes 10,000. */
const TIMES = 5;

registerHostCases('Counting, with the global tier in memory', countingCases(TIMES), { makeTier: memoryTier });
registerHostCases('Sharing, with the global tier in memory', SHARING_CASES, { makeTier: memoryTier });
registerHostCases('Limits, with the global tier in memory', LIMIT_CASES, { makeTier: memoryTier });
registerHostCases('Locks, with the global tier in memory', LOCK_CASES, { makeTier: memoryTier });
registerHostCases('Faults, with the global tier in memory', FAULT_CASES, { makeTier: memoryTier });
