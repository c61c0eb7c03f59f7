import { FaasmError } from '@faasm/protocol';
import { SMALL_BODY_BYTES } from '../ask-for-room.ts';

/** Large values on their way at once. Each holds some pieces of 1 MiB. */
const TRANSFERS_MAX = 100;

const RETRY_AFTER_SECONDS = 1;

/** The large values, or parts of values, that one process sends and receives. */
export class Transfers {
  #count = 0;

  /** Begins one of `bytes`, until the function that is returned is called, once. Small ones do not count. Throws `state.busy`. */
  enter(bytes: number): () => void {
    if (bytes <= SMALL_BODY_BYTES) return () => undefined;
    if (this.#count === TRANSFERS_MAX) {
      const message = `${TRANSFERS_MAX} values of more than ${SMALL_BODY_BYTES} bytes are on their way, the most that one process has`;
      throw new FaasmError('state.busy', message, { retryAfterSeconds: RETRY_AFTER_SECONDS });
    }
    this.#count += 1;
    return () => {
      this.#count -= 1;
    };
  }
}
