import { ownsBuffer } from '@faasm/stdx';
import type { MessagePort } from 'node:worker_threads';
import type { ByteRing } from '../channel/byte-ring.ts';
import { doneRecordBytes, writeDone } from '../channel/run-records.ts';
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
    const fits = this.#ring.push(doneRecordBytes(message), (record) => {
      writeDone(record, message);
    });
    if (fits) this.#signals.notifyHost();
    else this.#post(message);
  }

  /** A large output moves instead of being copied; a small one may share its buffer with others. */
  #post(message: DoneMessage): void {
    const { output } = message.left;
    this.#port.postMessage(message, ownsBuffer(output) ? [output.buffer] : []);
  }

  /** Answers anything else. */
  post(message: ThreadReply): void {
    this.#port.postMessage(message);
  }
}
