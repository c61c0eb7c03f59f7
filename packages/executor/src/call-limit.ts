import { FaasmError, isFaasmError, type Call } from '@faasm/protocol';
import { deferred, type Clock } from '@faasm/stdx';

/** The moment by which everything done for a call must have ended: its deadline, or its cancellation before. */
export class CallLimit {
  readonly #reached = deferred<never>();
  readonly #release: () => void;
  #reason: FaasmError | undefined;

  /** `close` must be called when the call has ended. */
  constructor(
    call: Pick<Call, 'id' | 'acceptedAt' | 'deadlineAt'>,
    { clock, signal }: { clock: Clock; signal: AbortSignal },
  ) {
    // Whoever races sees the rejection; when nobody does, it is nobody's error.
    this.#reached.promise.catch(() => undefined);
    const allowedMs = call.deadlineAt - call.acceptedAt;
    const cancelTimer = clock.after(call.deadlineAt - clock.now(), () => {
      this.#end(new FaasmError('call.deadline', `Call ${call.id} did not end within ${allowedMs} ms`));
    });
    const aborted = (): void => {
      const reason: unknown = signal.reason;
      this.#end(
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

  /** Why the call must end; undefined while it need not. */
  get reason(): FaasmError | undefined {
    return this.#reason;
  }

  /** What `work` comes to, or the limit's reason if that comes first. */
  async race<T>(work: Promise<T>): Promise<T> {
    return await Promise.race([this.#reached.promise, work]);
  }

  close(): void {
    this.#release();
  }

  #end(reason: FaasmError): void {
    this.#reason ??= reason;
    this.#reached.reject(this.#reason);
  }
}
