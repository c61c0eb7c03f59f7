import type { CallId, CallKind } from './call.ts';
import type { ErrorCode } from './error-catalogue.ts';
import type { FunctionRef } from './function-ref.ts';

/** How a call ended. Guest failures are data: they travel between threads and processes. */
export type CallOutcome =
  | { readonly type: 'success' }
  | { readonly type: 'exit'; readonly exitCode: number }
  | { readonly type: 'error'; readonly code: ErrorCode; readonly message: string };

/** Where the time of a call went, in milliseconds with fractions. */
export interface CallTimings {
  /** From acceptance until a worker began with it. */
  readonly queueMs: number;
  /** Fetching, compiling and instantiating the module; 0 when nothing of that was needed. */
  readonly coldMs: number;
  /** In the function itself. */
  readonly runMs: number;
}

/** Everything that is known of a call that has ended. */
export interface CallResult {
  readonly id: CallId;
  readonly outcome: CallOutcome;
  readonly output: Uint8Array;
  /** The last bytes that the function wrote to its standard output; at most the log limit. */
  readonly stdout: Uint8Array;
  /** The last bytes that the function wrote to its standard error; at most the log limit. */
  readonly stderr: Uint8Array;
  readonly timings: CallTimings;
  /** The host that ran it; empty when none did. */
  readonly host: string;
  /** SHA-256 of the module that ran, in hexadecimal; empty when none did. */
  readonly version: string;
  /** In milliseconds since the Unix epoch. */
  readonly finishedAt: number;
}

/** The states of a call. `done` is the only terminal one: {@link CallResult.outcome} tells how it ended. */
export type CallState = 'queued' | 'running' | 'done';

/** What `GET /calls/:id` reports. */
export interface CallStatus {
  readonly id: CallId;
  readonly kind: CallKind;
  readonly function: FunctionRef;
  readonly state: CallState;
  readonly acceptedAt: number;
  readonly deadlineAt: number;
  /** Present exactly when the state is `done`. */
  readonly result?: CallResult;
}
