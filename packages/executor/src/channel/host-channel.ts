import { controlMemory, pauseWord } from '@faasm/faaslet';
import { ownsBuffer } from '@faasm/stdx';
import type { Worker } from 'node:worker_threads';
import type {
  ChannelMemory,
  DoneMessage,
  RunMessage,
  ThreadReply,
  ThreadRequest,
} from '../thread/messages.ts';
import { ByteRing } from './byte-ring.ts';
import { readDone, runRecordBytes, writeRun } from './run-records.ts';
import { Signals } from './signals.ts';

/** Room for calls on their way to a thread, and for their answers, in bytes: larger ones go by message port. */
const RING_BYTES = 256 * 1024;

/** The host's end of what it talks with an executor thread through. */
export class HostChannel {
  readonly #signals = Signals.create();
  readonly #requests = ByteRing.create(RING_BYTES);
  readonly #replies = ByteRing.create(RING_BYTES);
  readonly #control = controlMemory();
  readonly #pauseWord = pauseWord(this.#control);
  #worker: Worker | undefined;
  #sequence = 0;
  #closed = false;
  #wakes = false;

  /** What the thread is started with. */
  get memory(): ChannelMemory {
    return {
      signals: this.#signals.shared,
      requests: this.#requests.shared,
      replies: this.#replies.shared,
      control: this.#control,
    };
  }

  /** How many guests of the thread wait for something, and need no turn. */
  get waitingGuests(): number {
    return this.#signals.waitingGuests;
  }

  /** Whether the guest of a request that is not answered waits. */
  isWaiting(requestId: number): boolean {
    return this.#signals.isWaiting(requestId);
  }

  /** Begins to hand answers to `receive`. */
  open(worker: Worker, receive: (reply: ThreadReply) => void): void {
    this.#worker = worker;
    worker.on('message', receive);
    void this.#receive(receive);
  }

  /** The thread has ended: no answer is handed over any more. */
  close(): void {
    this.#closed = true;
    this.#signals.noteLoaded();
  }

  /** Resolves when the thread has loaded its code, or has ended. */
  async untilLoaded(): Promise<void> {
    await this.#signals.untilLoaded();
  }

  /** Sends a call. A guest that runs now is asked to pause, so that the thread looks at the call. */
  run(message: RunMessage): void {
    const fits =
      message.brought === undefined &&
      message.args === undefined &&
      this.#requests.push(runRecordBytes(message), (place) => {
        writeRun(place, { run: message, sequence: this.#sequence });
      });
    if (!fits) {
      this.send({ ...message, input: compact(message.input) });
      return;
    }
    this.#sequence = (this.#sequence + 1) >>> 0;
    this.#tell(false);
  }

  /** Sends anything. */
  send(message: ThreadRequest): void {
    this.#worker?.postMessage({ ...message, sequence: this.#sequence });
    this.#sequence = (this.#sequence + 1) >>> 0;
    this.#tell(true);
  }

  /** From now on the thread starts nothing; `hasStarted` then knows what it has. */
  forbidStarts(): void {
    this.#signals.end();
  }

  /** Whether a request that is not answered was started. */
  hasStarted(requestId: number): boolean {
    return this.#signals.hasStarted(requestId);
  }

  #tell(byPort: boolean): void {
    this.#signals.announce(byPort);
    if (this.#signals.guestRuns) Atomics.store(this.#pauseWord, 0, 1);
    if (this.#wakes || !this.#signals.threadSleeps) return;
    this.#wakes = true;
    // Requests that arrive together wake the thread once: waking costs more than all the rest of sending.
    const sent = this.#sequence;
    setImmediate(() => {
      if (this.#sequence === sent) this.#wake();
      // Where several have come, more come while they are sent: one more look at what has arrived finds them.
      else setImmediate(() => this.#wake());
    });
  }

  #wake(): void {
    this.#wakes = false;
    this.#signals.wakeThread();
  }

  async #receive(receive: (reply: ThreadReply) => void): Promise<void> {
    while (!this.#closed) {
      const seen = this.#signals.replies;
      let done: DoneMessage | undefined;
      while ((done = this.#replies.shift(readDone)) !== undefined) receive(done);
      await this.#signals.moreReplies(seen);
    }
  }
}

/** A message copies the whole buffer behind a view, which may be a pool that holds other requests' bytes. */
function compact(bytes: Uint8Array): Uint8Array {
  return ownsBuffer(bytes) ? bytes : new Uint8Array(bytes);
}
