import type { FaasletModule, GuestLimits, GuestOutcome, ProtoFaaslet, Snapshot } from '@faasm/faaslet';
import type { ErrorCode } from '@faasm/protocol';

/** What every call on a thread is held to; fixed when the thread starts. */
export interface ThreadSettings {
  readonly limits: GuestLimits;
  /** Whether standard output is the output of a call that wrote none. */
  readonly captureStdout: boolean;
  /** Address space above a linear memory for mapped state, in bytes. */
  readonly windowBytes: number;
  /** After which an unused Faaslet is given up, in milliseconds. */
  readonly idleMs: number;
}

/** What a thread is started with. */
export interface ThreadData {
  readonly settings: ThreadSettings;
  /** Counters of the Faaslets of all threads. */
  readonly budget: SharedArrayBuffer;
  /** Which of the counters is this thread's. */
  readonly budgetCell: number;
}

/** Constructors and zygote of a module are to run, once. */
export interface InitializeMessage {
  readonly type: 'initialize';
  readonly requestId: number;
  readonly source: FaasletModule;
}

/** One call is to run. A thread runs one at a time. */
export interface RunMessage {
  readonly type: 'run';
  readonly requestId: number;
  /** Names the Proto-Faaslet among those the thread has. */
  readonly key: string;
  /** It, when the thread does not have it. */
  readonly proto?: ProtoFaaslet;
  readonly input: Uint8Array;
}

/** The idle Faaslets of a function are to be given up; with `forget`, the Proto-Faaslet too. */
export interface EvictMessage {
  readonly type: 'evict';
  readonly requestId: number;
  /** All functions when undefined. */
  readonly key: string | undefined;
  readonly forget: boolean;
}

/** From the pool to a thread. */
export type ThreadRequest = InitializeMessage | RunMessage | EvictMessage;

/** An initialisation has ended. */
export interface InitializedMessage {
  readonly type: 'initialized';
  readonly requestId: number;
  /** Undefined when the guest failed. */
  readonly snapshot: Snapshot | undefined;
  readonly left: GuestOutcome;
}

/** A call has ended. */
export interface DoneMessage {
  readonly type: 'done';
  readonly requestId: number;
  readonly left: GuestOutcome;
  /** Whether it ran in a Faaslet that was there. */
  readonly warm: boolean;
  /** Restoring a Faaslet, in milliseconds. */
  readonly coldMs: number;
  /** In the guest's entry, in milliseconds. */
  readonly runMs: number;
}

/** The request could not be carried out. */
interface RefusedMessage {
  readonly type: 'refused';
  readonly requestId: number;
  readonly code: ErrorCode;
  readonly message: string;
}

/** Idle Faaslets were given up. */
export interface EvictedMessage {
  readonly type: 'evicted';
  /** Of the message that asked for it; undefined when the thread itself did it. */
  readonly requestId: number | undefined;
  readonly keys: readonly string[];
}

/** From a thread to the pool. */
export type ThreadReply = InitializedMessage | DoneMessage | RefusedMessage | EvictedMessage;
