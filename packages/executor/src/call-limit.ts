import { FaasmError, isFaasmError, type Call } from '@faasm/protocol';
import type { Clock } from '@faasm/stdx';
import { RunLimit } from './run-limit.ts';

/** The moment by which everything done for a call must have ended: its deadline, or its cancellation before. */
export class CallLimit extends RunLimit {
  readonly #release: () => void;

  /** `close` must be called when the call has ended. */
  constructor(
    call: Pick<Call, 'id' | 'acceptedAt' | 'deadlineAt'>,
    { clock, signal }: { clock: Clock; signal: AbortSignal },
  ) {
    super();
    const cancelTimer = clock.after(call.deadlineAt - clock.now(), () => {
      this.end(pastDeadline(call));
    });
    const aborted = (): void => {
      const reason: unknown = signal.reason;
      this.end(
        isFaasmError(reason) ? reason : new FaasmError('call.cancelled', `Call ${call.id} was cancelled`),
      );
    };
    signal.addEventListener('abort', aborted, { once: true });
    this.#release = () => {
      cancelTimer();
      signal.removeEventListener('abort', aborted);
    };
    if (signal.aborted) aborted();
  }

  close(): void {
    this.#release();
  }
}

/** How a call ends that did not end by its deadline. */
export function pastDeadline({
  id,
  acceptedAt,
  deadlineAt,
}: Pick<Call, 'id' | 'acceptedAt' | 'deadlineAt'>): FaasmError {
  return new FaasmError('call.deadline', `Call ${id} did not end within ${deadlineAt - acceptedAt} ms`);
}
