import { tierUpModule } from '@faasm/faaslet';
import { readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { ModuleOptimised } from '../executor-events.ts';
import type { TierUpData, TierUpRequest } from '../tier-up.ts';

/** On Linux the priority of one thread can be set by its id, which this link ends with. */
function lowerOwnPriority(): void {
  const threadId = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
  setPriority(threadId, constants.priority.PRIORITY_LOW);
}

const { limitMs } = workerData as TierUpData;
lowerOwnPriority();
parentPort?.on('message', ({ source, digest }: TierUpRequest) => {
  const from = performance.now();
  const functions = tierUpModule(source, limitMs);
  const optimised: ModuleOptimised = {
    digest,
    functions,
    hotFunctions: source.facts.hotFunctions.length,
    optimiseMs: performance.now() - from,
  };
  parentPort?.postMessage(optimised);
});
