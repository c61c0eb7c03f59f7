import type { Call, CallResult } from '@faasm/protocol';
import { channel } from 'node:diagnostics_channel';

/** A call was accepted by this process. */
export interface CallAccepted {
  readonly call: Call;
}

/** A call that this process ran has ended. */
export interface CallFinished {
  readonly call: Call;
  readonly result: CallResult;
  /** False when the queue refused the result, because another worker or a cancellation ended the call first. */
  readonly settled: boolean;
}

/** Something went wrong that a later attempt may mend; nothing was lost. */
export interface WorkerTrouble {
  readonly doing: 'take' | 'renew' | 'settle' | 'run' | 'announce';
  readonly error: unknown;
}

/**
 * What the scheduler tells about itself. Logs and metrics subscribe by these names of `node:diagnostics_channel`;
 * the scheduler works the same whether anyone listens or not.
 */
export const CALL_EVENTS = {
  accepted: channel<CallAccepted>('faasm:call:accepted'),
  finished: channel<CallFinished>('faasm:call:finished'),
  trouble: channel<WorkerTrouble>('faasm:worker:trouble'),
} as const;
