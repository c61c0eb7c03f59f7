import { callLog, type Call, type CallId, type CallLog, type CallResult } from '@faasm/protocol';
import { EMPTY_BYTES } from '@faasm/stdx';
import { KeptResults } from './kept-results.ts';
import { withOwnBytes } from './own-bytes.ts';

/** Logs of synchronous calls that are kept, in bytes; the oldest go first. */
const LOG_BYTES_MAX = 32 * 1024 * 1024;

/** What synchronous calls wrote whose results were handed over: bounded in time and in bytes. Those that wrote nothing cost nothing. */
export class KeptLogs {
  readonly #logs = new Map<CallId, CallLog>();
  readonly #kept: KeptResults;

  /** `ttlMs` is how long a log is kept. */
  constructor(ttlMs: number) {
    this.#kept = new KeptResults({
      ttlMs,
      bytesMax: LOG_BYTES_MAX,
      onForgotten: (id) => {
        this.#logs.delete(id);
      },
    });
  }

  /** Keeps what a call wrote from `now` on, in milliseconds of the clock that {@link get} is given too. */
  add(call: Call, { result, now }: { readonly result: CallResult; readonly now: number }): void {
    if (result.stdout.byteLength + result.stderr.byteLength === 0) return;
    const own = withOwnBytes({ ...result, output: EMPTY_BYTES });
    this.#logs.set(call.id, callLog(call, own));
    this.#kept.add(own, now);
  }

  /** Undefined for a call that wrote nothing, or whose log has gone. */
  get(id: CallId, now: number): CallLog | undefined {
    this.#kept.expire(now);
    return this.#logs.get(id);
  }
}
