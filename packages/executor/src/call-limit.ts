import { FaasmError, isFaasmError, type Call } from '@faasm/protocol';
import type { Alarmed, Alarms } from '@faasm/scheduler';
import type { StopSignal } from '@faasm/stdx';
import { RunLimit } from './run-limit.ts';

/** What names a call and says until when it may run. */
type Deadlined = Pick<Call, 'id' | 'acceptedAt' | 'deadlineAt'>;

/** The moment by which everything done for a call must have ended: its deadline, or its cancellation before. */
export class CallLimit extends RunLimit implements Alarmed {
  dueAt = Number.POSITIVE_INFINITY;
  place = -1;
  readonly #call: Deadlined;
  readonly #deadlines: Alarms<CallLimit>;
  readonly #signal: StopSignal | undefined;
  readonly #aborted = (): void => {
    const reason: unknown = this.#signal?.reason;
    this.end(
      isFaasmError(reason) ? reason : new FaasmError('call.cancelled', `Call ${this.#call.id} was cancelled`),
    );
  };

  /** `close` must be called when the call has ended. Its time is one of `deadlines`. */
  constructor(
    call: Deadlined,
    { deadlines, signal }: { deadlines: Alarms<CallLimit>; signal: StopSignal | undefined },
  ) {
    super();
    this.#call = call;
    this.#deadlines = deadlines;
    this.#signal = signal;
    deadlines.add(this, call.deadlineAt);
    signal?.addEventListener('abort', this.#aborted, { once: true });
    if (signal?.aborted === true) this.#aborted();
  }

  due(): void {
    this.end(pastDeadline(this.#call));
  }

  override close(): void {
    super.close();
    this.#deadlines.remove(this);
    this.#signal?.removeEventListener('abort', this.#aborted);
  }
}

/** How a call ends that did not end by its deadline. */
export function pastDeadline({ id, acceptedAt, deadlineAt }: Deadlined): FaasmError {
  return new FaasmError('call.deadline', `Call ${id} did not end within ${deadlineAt - acceptedAt} ms`);
}
