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
  readonly #release: () => void;

  /** `close` must be called when the call has ended. Its time is one of `deadlines`. */
  constructor(
    call: Deadlined,
    { deadlines, signal }: { deadlines: Alarms<CallLimit>; signal: StopSignal | undefined },
  ) {
    super();
    this.#call = call;
    deadlines.add(this, call.deadlineAt);
    const aborted = (): void => {
      const reason: unknown = signal?.reason;
      this.end(
        isFaasmError(reason) ? reason : new FaasmError('call.cancelled', `Call ${call.id} was cancelled`),
      );
    };
    signal?.addEventListener('abort', aborted, { once: true });
    this.#release = () => {
      deadlines.remove(this);
      signal?.removeEventListener('abort', aborted);
    };
    if (signal?.aborted === true) aborted();
  }

  due(): void {
    this.end(pastDeadline(this.#call));
  }

  override close(): void {
    super.close();
    this.#release();
  }
}

/** How a call ends that did not end by its deadline. */
export function pastDeadline({ id, acceptedAt, deadlineAt }: Deadlined): FaasmError {
  return new FaasmError('call.deadline', `Call ${id} did not end within ${deadlineAt - acceptedAt} ms`);
}
