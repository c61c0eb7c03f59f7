import { EMPTY_BYTES } from '@faasm/stdx';
import { IncomingMessage } from 'node:http';

/**
 * A request whose body can be taken in one piece, past the stream that it is otherwise: the events and ticks of a stream
 * cost as much as parsing the request.
 */
export class WholeBodyRequest extends IncomingMessage {
  #taker: ((body: Uint8Array) => void) | undefined;
  #body: Buffer | undefined;

  /** Hands over the body once it is there, never if the client leaves before. Call it when the request comes, not later. */
  takeBody(taker: (body: Uint8Array) => void): void {
    this.#taker = taker;
    // The stream counts as read from now on, as nobody else will read it.
    this.read(0);
  }

  /** What the parser found of the body; null at its end. */
  override push(part: Buffer | null, encoding?: BufferEncoding): boolean {
    if (this.#taker === undefined) return super.push(part, encoding);
    if (part === null) this.#taker(this.#body ?? EMPTY_BYTES);
    else this.#body = this.#body === undefined ? part : Buffer.concat([this.#body, part]);
    return true;
  }
}
