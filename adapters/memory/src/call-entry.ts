import type { Call, CallResult, CallState, CallStatus } from '@faasm/protocol';
import { EMPTY_BYTES, type StopSignal } from '@faasm/stdx';
import type { Linked } from './linked-queue.ts';
import type { UserLine } from './user-line.ts';

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
  readonly #waiters = new Set<() => void>();

  constructor(call: Call, { line, place }: { readonly line: UserLine; readonly place: number }) {
    this.call = call;
    this.line = line;
    this.place = place;
  }

  /** Whether anyone waits for its end. */
  get awaited(): boolean {
    return this.#waiters.size > 0;
  }

  /** Ends the call and wakes everyone who waits for it. */
  finish(result: CallResult): void {
    this.state = 'done';
    this.result = result;
    for (const wake of this.#waiters) wake();
  }

  /** The entry of an ended call may be kept for its result, which must not keep the input too. */
  dropInput(): void {
    this.call = { ...this.call, input: EMPTY_BYTES };
  }

  /** Resolves when the call has ended or the signal aborts. */
  async doneOr(signal: StopSignal): Promise<void> {
    if (this.state === 'done' || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => {
      this.#waiters.delete(wake);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    this.#waiters.add(wake);
    signal.addEventListener('abort', wake);
    await promise;
  }

  /** What is known of it now. */
  status(): CallStatus {
    const { id, kind, function: ref, acceptedAt, deadlineAt } = this.call;
    const status = { id, kind, function: ref, state: this.state, acceptedAt, deadlineAt };
    return this.result === undefined ? status : { ...status, result: this.result };
  }
}
