import type { MessagePort } from 'node:worker_threads';
import type { ByteRing } from '../channel/byte-ring.ts';
import { doneRecord } from '../channel/run-records.ts';
import type { Signals } from '../channel/signals.ts';
import type { DoneMessage, ThreadReply } from './messages.ts';

/** What a thread answers: in the ring where it fits, else through its port. */
export class Outbox {
  readonly #port: MessagePort;
  readonly #signals: Signals;
  readonly #ring: ByteRing;

  constructor(port: MessagePort, { signals, ring }: { signals: Signals; ring: ByteRing }) {
    this.#port = port;
    this.#signals = signals;
    this.#ring = ring;
  }

  /** Answers a call. */
  done(message: DoneMessage): void {
    const { bytes, write } = doneRecord(message);
    if (this.#ring.push(bytes, write)) this.#signals.notifyHost();
    else this.#port.postMessage(message, [message.left.output.buffer]);
  }

  /** Answers anything else. */
  post(message: ThreadReply): void {
    this.#port.postMessage(message);
  }
}
