import type { ErrorCode } from '@faasm/protocol';

/** A thread ended before it answered: it was ended for another guest's sake, or it broke. */
export class ThreadEndedError extends Error {
  override readonly name = 'ThreadEndedError';
  /** Whether the guest may have run. */
  readonly started: boolean;
  /** How calls end that may have run; undefined when it was no guest's doing. */
  readonly code: ErrorCode | undefined;

  constructor(
    why: string,
    { started, cause, code }: { started: boolean; cause: unknown; code: ErrorCode | undefined },
  ) {
    super(`Executor thread ended: ${why}`, { cause });
    this.started = started;
    this.code = code;
  }
}

/** A call was given back by its thread before it was started, because another thread has less to do. */
export class GivenBackError extends Error {
  override readonly name = 'GivenBackError';

  constructor() {
    super('The call was given back');
  }
}
