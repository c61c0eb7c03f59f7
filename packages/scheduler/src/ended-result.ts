import type { Call, CallResult, ErrorCode } from '@faasm/protocol';
import { EMPTY_BYTES } from '@faasm/stdx';

/** How and when a call ended without any word from its guest. */
export interface EndedWithout {
  readonly code: ErrorCode;
  readonly message: string;
  /** Milliseconds since the Unix epoch. */
  readonly finishedAt: number;
  /** The host that had the call; none when it never left the queue. */
  readonly host?: string;
}

/** The result of a call that no guest finished: it was cancelled, ran out of time, or its host failed. */
export function endedResult(call: Pick<Call, 'id' | 'acceptedAt'>, ended: EndedWithout): CallResult {
  return {
    id: call.id,
    outcome: { type: 'error', code: ended.code, message: ended.message },
    output: EMPTY_BYTES,
    stdout: EMPTY_BYTES,
    stderr: EMPTY_BYTES,
    timings: { queueMs: Math.max(0, ended.finishedAt - call.acceptedAt), coldMs: 0, runMs: 0 },
    host: ended.host ?? '',
    version: '',
    finishedAt: ended.finishedAt,
  };
}
