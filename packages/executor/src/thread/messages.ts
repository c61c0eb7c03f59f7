import type { FaasletModule, GuestLimits, GuestOutcome } from '@faasm/faaslet';

/** What every call on a thread is held to; fixed when the thread starts. */
export interface ThreadSettings {
  readonly limits: GuestLimits;
  /** Whether standard output is the output of a call that wrote none. */
  readonly captureStdout: boolean;
}

/** From the pool to a thread: run one call. A thread runs one at a time. */
export interface RunMessage {
  readonly type: 'run';
  readonly requestId: number;
  /** Names the module among those the thread has. */
  readonly moduleKey: string;
  /** The module, when the thread does not have it. */
  readonly source?: FaasletModule;
  /** A module that the thread is to forget first. */
  readonly forget?: string;
  readonly input: Uint8Array;
}

/** From a thread to the pool: the call has ended. */
export interface DoneMessage {
  readonly type: 'done';
  readonly requestId: number;
  readonly left: GuestOutcome;
  /** Instantiating and initialising, in milliseconds. */
  readonly coldMs: number;
  /** In the guest's entry, in milliseconds. */
  readonly runMs: number;
}
