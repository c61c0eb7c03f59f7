import type { CallId, CallLog, CallStatus } from '@faasm/protocol';
import type { StopSignal } from '@faasm/stdx';

/** Port: what became of calls. Backed by the same store as the queue, because settling writes both at once. */
export interface ResultStore {
  /**
   * The call's state, with its result when done. Undefined when the id was never accepted or the result has
   * expired. The result of a synchronous call is not kept once it has been handed to its waiter.
   */
  status(id: CallId): Promise<CallStatus | undefined>;

  /**
   * Like {@link status}, but waits until the call is done or `signal` aborts, and then answers with the state
   * at that time. Survives a lost connection to the store.
   */
  wait(id: CallId, signal: StopSignal): Promise<CallStatus | undefined>;

  /**
   * What a call that has ended wrote to its standard streams, for some time also of a synchronous call whose result was
   * handed over. Undefined when the call has not ended, is not known, or was synchronous and wrote nothing.
   */
  log(id: CallId): Promise<CallLog | undefined>;
}
