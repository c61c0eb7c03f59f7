import type { Call, CallResult, CallState, CallStatus } from '@faasm/protocol';
import { EMPTY_BYTES, type StopSignal } from '@faasm/stdx';
import type { Linked } from './linked-queue.ts';
import type { UserLine } from './user-line.ts';

const NOBODY: (() => void)[] = [];

/** One call and how far it has come. */
export class CallEntry implements Linked<CallEntry> {
  before: CallEntry | undefined;
  after: CallEntry | undefined;
  /** Kept by the table of calls alone. */
  nextInBucket: CallEntry | undefined;
  call: Call;
  readonly line: UserLine;
  /** Its number in the order of acceptance. */
  readonly place: number;
  state: CallState = 'queued';
  /** How often it was taken. */
  deliveries = 0;
  result: CallResult | undefined;
  /** Few, so that a list is searched faster than a set is made. */
  #waiters: (() => void)[] = NOBODY;

  constructor(call: Call, { line, place }: { readonly line: UserLine; readonly place: number }) {
    this.call = call;
    this.line = line;
    this.place = place;
  }

  /** Whether anyone waits for its end. */
  get awaited(): boolean {
    return this.#waiters.length > 0;
  }

  /** Ends the call; `wake` is to follow. */
  finish(result: CallResult): void {
    this.state = 'done';
    this.result = result;
  }

  /** Wakes everyone who waits for the end. */
  wake(): void {
    const waiters = this.#waiters;
    this.#waiters = NOBODY;
    for (const wake of waiters) wake();
  }

  /** The entry of an ended call may be kept for its result, which must not keep the input and the arguments too. */
  dropInput(): void {
    const { arguments: _, ...call } = this.call;
    this.call = { ...call, input: EMPTY_BYTES };
  }

  /** Calls `listener` once, when the call has ended or the signal aborts; at once when it has. */
  onDoneOr(signal: StopSignal, listener: () => void): void {
    if (this.state === 'done' || signal.aborted) {
      listener();
      return;
    }
    const wake = (): void => {
      if (this.#waiters.length > 0) this.#waiters = this.#waiters.filter((other) => other !== wake);
      signal.removeEventListener('abort', wake);
      listener();
    };
    this.#waiters = [...this.#waiters, wake];
    signal.addEventListener('abort', wake);
  }

  /** What is known of it now. */
  status(): CallStatus {
    const { id, kind, function: ref, acceptedAt, deadlineAt } = this.call;
    const status = { id, kind, function: ref, state: this.state, acceptedAt, deadlineAt };
    return this.result === undefined ? status : { ...status, result: this.result };
  }
}
