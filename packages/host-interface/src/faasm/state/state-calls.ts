import type { CurrentGuest, HostFamily } from '../../host-function.ts';
import { fileCalls } from './file-calls.ts';
import { keyCalls } from './key-calls.ts';
import { logCalls } from './log-calls.ts';
import { StateAccess, type StateMeans } from './state-access.ts';
import { syncCalls } from './sync-calls.ts';
import { valueCalls } from './value-calls.ts';

/** The state calls: values of two tiers, their locks, logs of appended elements. */
export function stateCalls(current: CurrentGuest, means: StateMeans): HostFamily {
  const state = new StateAccess(current, means);
  return {
    ...valueCalls(state),
    ...fileCalls(state),
    ...syncCalls(state),
    ...logCalls(state),
    ...keyCalls(state),
  };
}
