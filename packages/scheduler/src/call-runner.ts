import type { Call, CallResult } from '@faasm/protocol';
import type { StopSignal } from '@faasm/stdx';

/** Port: runs one call in a Faaslet. */
export interface CallRunner {
  /** How many calls may run at once; more while some of them only wait. Nobody is told when it changes. */
  readonly slots: number;

  /** How many more may run while no slot is free, of users who hold few. */
  readonly reserve: number;

  /** How many of the running calls only wait, by user; they hold no slot. Whoever has none is not among them. */
  waitingCalls(): ReadonlyMap<string, number>;

  /**
   * Runs the call to its end or to its deadline, whichever comes first. Guest failures are results; it rejects
   * only when the host itself is broken. When `signal` aborts, the guest is stopped and the outcome is the
   * signal's reason if that is a `FaasmError`, else `call.cancelled`.
   */
  run(call: Call, signal: StopSignal): Promise<CallResult>;

  /** Stops every guest and frees the threads. */
  close(): Promise<void>;
}
