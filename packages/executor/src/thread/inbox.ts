import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import type { ByteRing } from '../channel/byte-ring.ts';
import { readRun } from '../channel/run-records.ts';
import type { Signals } from '../channel/signals.ts';
import type { Numbered, ThreadRequest } from './messages.ts';

/** What is sent to a thread, in the order in which it was sent: small calls through a ring, everything else by port. */
export class Inbox {
  readonly #port: MessagePort;
  readonly #signals: Signals;
  readonly #ring: ByteRing;
  #portSeen = 0;
  #fromPort: Numbered<ThreadRequest> | undefined;
  #fromRing: Numbered<ThreadRequest> | undefined;

  constructor(port: MessagePort, { signals, ring }: { signals: Signals; ring: ByteRing }) {
    this.#port = port;
    this.#signals = signals;
    this.#ring = ring;
  }

  /** Handles what has come, without waiting. */
  read(handle: (request: ThreadRequest) => void): void {
    for (let request = this.#next(); request !== undefined; request = this.#next()) handle(request);
  }

  /** Whatever was sent before something that is held here can be seen by now, so the order is known. */
  #next(): ThreadRequest | undefined {
    this.#fromPort ??= this.#receive();
    this.#fromRing ??= this.#ring.shift(readRun);
    this.#fromPort ??= this.#receive();
    const [port, ring] = [this.#fromPort, this.#fromRing];
    if (port === undefined || (ring !== undefined && ((ring.sequence - port.sequence) | 0) < 0)) {
      this.#fromRing = undefined;
      return ring;
    }
    this.#fromPort = undefined;
    return port;
  }

  #receive(): Numbered<ThreadRequest> | undefined {
    if (this.#portSeen === this.#signals.portRequests) return undefined;
    const received: { message: Numbered<ThreadRequest> } | undefined = receiveMessageOnPort(this.#port);
    if (received !== undefined) this.#portSeen = (this.#portSeen + 1) | 0;
    return received?.message;
  }
}
