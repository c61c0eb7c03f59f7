import type { Call, CallId } from './call.ts';
import type { CallOutcome, CallResult } from './call-result.ts';
import type { FunctionRef } from './function-ref.ts';

/** What a call that has ended wrote to its standard streams. */
export interface CallLog {
  readonly id: CallId;
  readonly function: FunctionRef;
  readonly outcome: CallOutcome;
  /** In milliseconds since the Unix epoch. */
  readonly finishedAt: number;
  /** The last bytes of standard output; at most the log limit. */
  readonly stdout: Uint8Array;
  /** The last bytes of standard error; at most the log limit. */
  readonly stderr: Uint8Array;
}

/** The log of a call, which its result has. */
export function callLog(call: Pick<Call, 'id' | 'function'>, result: CallResult): CallLog {
  const { outcome, finishedAt, stdout, stderr } = result;
  return { id: call.id, function: call.function, outcome, finishedAt, stdout, stderr };
}
