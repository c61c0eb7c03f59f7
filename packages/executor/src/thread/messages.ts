import type { FaasletModule, GuestLimits, GuestOutcome, ProtoFaaslet, Snapshot } from '@faasm/faaslet';
import type { ArgumentBounds, GuestLaunch } from '@faasm/host-interface';
import type { ErrorCode } from '@faasm/protocol';
import type { StateAnswer, StateQuestion } from '@faasm/state';

/** What every call on a thread is held to; fixed when the thread starts. */
export interface ThreadSettings {
  /** Largest linear memory of any Faaslet, in bytes. */
  readonly memoryBytes: number;
  /** What a guest may ask for in one host call. */
  readonly argumentBounds: ArgumentBounds;
  /** Whether standard output is the output of a call that wrote none. */
  readonly captureStdout: boolean;
  /** Whether guests have state. */
  readonly hasState: boolean;
  /** Address space above a linear memory for mapped state, in bytes. */
  readonly windowBytes: number;
  /** After which an unused Faaslet is given up, in milliseconds. */
  readonly idleMs: number;
  /** How long a guest runs while others wait, in milliseconds. */
  readonly sliceMs: number;
}

/** What a thread is started with. */
export interface ThreadData {
  readonly settings: ThreadSettings;
  /** Counters of the Faaslets of all threads. */
  readonly budget: SharedArrayBuffer;
  /** Counters of the regions that are mapped in all threads. */
  readonly regions: SharedArrayBuffer;
  /** Which of the counters are this thread's. */
  readonly budgetCell: number;
  /** Words that wake the ticker. */
  readonly ticker: SharedArrayBuffer;
  readonly channel: ChannelMemory;
}

/** What a thread and the host talk through. */
export interface ChannelMemory {
  readonly signals: SharedArrayBuffer;
  /** Rings of bytes, to the thread and from it. */
  readonly requests: SharedArrayBuffer;
  readonly replies: SharedArrayBuffer;
  /** The thread's control memory, whose first word makes a guest pause. */
  readonly control: WebAssembly.Memory;
}

/** A guest that is to run for somebody, by some time. */
interface GuestRequest {
  readonly requestId: number;
  /** Since when somebody waits for it, in milliseconds since the Unix epoch. */
  readonly acceptedAt: number;
  /** When it must have ended, in milliseconds since the Unix epoch. */
  readonly deadlineAt: number;
  /** Its user's share of the thread, beside those of others. */
  readonly weight: number;
}

/** Constructors and zygote of a module are to run, once. */
export interface InitializeMessage extends GuestRequest {
  readonly type: 'initialize';
  readonly user: string;
  readonly source: FaasletModule;
  readonly limits: GuestLimits;
  readonly launch: GuestLaunch;
  /** The bundle of the function's files, which threads share; undefined when it has none. */
  readonly files: Uint8Array<SharedArrayBuffer> | undefined;
}

/** A Proto-Faaslet that a thread is given, for all calls to come. */
export interface BroughtProto {
  readonly proto: ProtoFaaslet;
  /** Whose it is. */
  readonly user: string;
  /** What its guests are held to. */
  readonly limits: GuestLimits;
  /** What they are started with. */
  readonly launch: GuestLaunch;
  /** The bundle of the function's files, which threads share; undefined when it has none. */
  readonly files: Uint8Array<SharedArrayBuffer> | undefined;
}

/** One call is to run. */
export interface RunMessage extends GuestRequest {
  readonly type: 'run';
  /** Names the Proto-Faaslet among those of the process. */
  readonly protoId: number;
  /** It, when the thread does not have it. */
  readonly brought: BroughtProto | undefined;
  readonly input: Uint8Array;
  /** The call's own, after those of the function. */
  readonly args: readonly string[] | undefined;
}

/** A guest is to be ended, wherever it is. */
interface EndMessage {
  readonly type: 'end';
  /** Of the request that it runs for. */
  readonly requestId: number;
  readonly code: ErrorCode;
  readonly message: string;
}

/** Calls that were not started are to be given back: another thread is free. */
interface GiveBackMessage {
  readonly type: 'giveBack';
  /** At most so many. */
  readonly max: number;
}

/** The idle Faaslets of a function are to be given up; with `forget`, the Proto-Faaslet too. */
export interface EvictMessage {
  readonly type: 'evict';
  readonly requestId: number;
  /** All functions when undefined. */
  readonly protoId: number | undefined;
  readonly forget: boolean;
}

/** What a guest was waiting for that had asked the host. */
export interface AnswerMessage {
  readonly type: 'answer';
  readonly requestId: number;
  /** Of the question, among those of its request. */
  readonly askId: number;
  readonly outcome: AskOutcome;
}

/** How a question ended. */
export type AskOutcome =
  | { readonly answer: StateAnswer }
  | { readonly error: { readonly code: ErrorCode; readonly message: string } };

/** Something that was sent, with its place in the order. */
export type Numbered<T> = T & {
  /** Modulo 2^32. */
  readonly sequence: number;
};

/** From the host to a thread. */
export type ThreadRequest =
  InitializeMessage | RunMessage | EvictMessage | EndMessage | GiveBackMessage | AnswerMessage;

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
  /** Of their Proto-Faaslets, once for each. */
  readonly protoIds: readonly number[];
}

/** Calls were given back that were not started. */
interface GivenBackMessage {
  readonly type: 'givenBack';
  readonly requestIds: readonly number[];
}

/** A guest asks for what threads do not do: anything that may wait. */
export interface AskMessage {
  readonly type: 'ask';
  readonly requestId: number;
  readonly askId: number;
  readonly question: StateQuestion;
}

/** From a thread to the host. */
export type ThreadReply =
  InitializedMessage | DoneMessage | RefusedMessage | EvictedMessage | GivenBackMessage | AskMessage;
