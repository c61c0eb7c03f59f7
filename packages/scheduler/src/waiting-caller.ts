import { Stop, type StopSignal } from '@faasm/stdx';
import type { Alarmed } from './alarms.ts';

/** Why a wait ended before its call: the caller left, the server ends, or nobody answered in time. */
export type WaitEnd = 'left' | 'draining' | 'deadline';

/** Someone who waits for a synchronous call, with all that can end the wait in one place. */
export class WaitingCaller implements Alarmed {
  dueAt = Number.POSITIVE_INFINITY;
  place = -1;
  readonly #ended = new Stop();
  #why: WaitEnd | undefined;

  /** Aborts when the wait is over, though the call is not. */
  get signal(): StopSignal {
    return this.#ended;
  }

  /** Why the wait is over; undefined while it is not. */
  get why(): WaitEnd | undefined {
    return this.#why;
  }

  /** Ends the wait; only the first reason counts. */
  end(why: WaitEnd): void {
    this.#why ??= why;
    this.#ended.abort();
  }

  due(): void {
    this.end('deadline');
  }
}
