import { roomError, roomRefusal, type QueueBounds, type WantedRoom } from '@faasm/scheduler';

/** Nothing of a queue but bytes counts here. */
const NO_CALLS = { calls: 0, userCalls: 0, outstanding: 0 };

/** Bytes of large inputs that this process reads or holds: bounded, and shared by users, as those of the queue are. */
export class InputRoom {
  readonly #bounds: QueueBounds;
  readonly #bytesOf = new Map<string, number>();
  #bytes = 0;

  constructor(bounds: QueueBounds) {
    this.#bounds = bounds;
  }

  /** Takes room, until the function that is returned is called, once. Throws `queue.full`. */
  enter(wanted: WantedRoom): () => void {
    const { user, inputBytes } = wanted;
    const userBytes = this.#bytesOf.get(user) ?? 0;
    const request = { ...NO_CALLS, ...wanted, bytes: this.#bytes, userBytes };
    const refusal = roomRefusal(request, this.#bounds);
    if (refusal !== undefined) throw roomError(this.#bounds, { ...wanted, refusal });
    this.#add(user, inputBytes);
    return () => {
      this.#add(user, -inputBytes);
    };
  }

  #add(user: string, bytes: number): void {
    this.#bytes += bytes;
    const held = (this.#bytesOf.get(user) ?? 0) + bytes;
    if (held === 0) this.#bytesOf.delete(user);
    else this.#bytesOf.set(user, held);
  }
}
