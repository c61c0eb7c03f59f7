import { OUTSTANDING_MAX } from './request-table.ts';

/** Places in the words that an executor thread shares with the host and the ticker. */
const WORD = {
  /** Counts what was sent to the thread; it sleeps on this. */
  requests: 0,
  /** 1 while the thread sleeps, or is about to. */
  threadSleeps: 1,
  /** How many of the requests came through the message port. */
  portRequests: 2,
  /** Counts answers in the ring; the host waits on this. */
  replies: 3,
  /** 1 while the host waits. */
  hostWaits: 4,
  /** 1 while a guest runs. */
  guestRuns: 5,
  /** 1 when the thread is to start nothing any more. */
  ending: 6,
  /** How many guests of the thread wait for something, and need no turn. */
  waitingGuests: 7,
  /** 1 once the thread has loaded all of its code, or has ended. */
  loaded: 8,
} as const;

const FIRST_STARTED = 16;
const FIRST_WAITING = FIRST_STARTED + OUTSTANDING_MAX;

/** Words through which an executor thread, the host and the ticker tell each other what to look at. */
export class Signals {
  readonly shared: SharedArrayBuffer;
  readonly #words: Int32Array;

  /** Signals on `shared`, which `Signals.create` made. */
  constructor(shared: SharedArrayBuffer) {
    this.shared = shared;
    this.#words = new Int32Array(shared);
  }

  static create(): Signals {
    return new Signals(
      new SharedArrayBuffer((FIRST_WAITING + OUTSTANDING_MAX) * Int32Array.BYTES_PER_ELEMENT),
    );
  }

  /** Host: something was sent. A thread that is awake will see it, one that sleeps must be woken. */
  announce(byPort: boolean): void {
    if (byPort) Atomics.add(this.#words, WORD.portRequests, 1);
    Atomics.add(this.#words, WORD.requests, 1);
  }

  /** Host: whether the thread sleeps, or is about to. */
  get threadSleeps(): boolean {
    return Atomics.load(this.#words, WORD.threadSleeps) === 1;
  }

  /** Host: wakes the thread if it sleeps. */
  wakeThread(): void {
    if (this.threadSleeps) Atomics.notify(this.#words, WORD.requests);
  }

  /** Thread: how much was sent until now. */
  get requests(): number {
    return Atomics.load(this.#words, WORD.requests);
  }

  /** Thread: how many messages were posted to its port until now. */
  get portRequests(): number {
    return Atomics.load(this.#words, WORD.portRequests);
  }

  /** Thread: sleeps until more than `seen` requests were sent, at most `timeoutMs`. */
  sleep(seen: number, timeoutMs: number): void {
    Atomics.store(this.#words, WORD.threadSleeps, 1);
    Atomics.wait(this.#words, WORD.requests, seen, timeoutMs);
    Atomics.store(this.#words, WORD.threadSleeps, 0);
  }

  /** Thread: tells the host that an answer is in the ring. */
  notifyHost(): void {
    Atomics.add(this.#words, WORD.replies, 1);
    if (Atomics.load(this.#words, WORD.hostWaits) === 1) Atomics.notify(this.#words, WORD.replies);
  }

  /** Host: how many answers were put into the ring until now. */
  get replies(): number {
    return Atomics.load(this.#words, WORD.replies);
  }

  /** Host: resolves when more than `seen` answers were put into the ring. */
  async moreReplies(seen: number): Promise<void> {
    Atomics.store(this.#words, WORD.hostWaits, 1);
    const waiting = Atomics.waitAsync(this.#words, WORD.replies, seen);
    if (waiting.async) await waiting.value;
    Atomics.store(this.#words, WORD.hostWaits, 0);
  }

  /** Whether a guest runs on the thread now. */
  get guestRuns(): boolean {
    return Atomics.load(this.#words, WORD.guestRuns) === 1;
  }

  /** Thread: before and after each slice of a guest. */
  set guestRuns(runs: boolean) {
    Atomics.store(this.#words, WORD.guestRuns, runs ? 1 : 0);
  }

  /** How many guests of the thread wait for something, and need no turn. */
  get waitingGuests(): number {
    return Atomics.load(this.#words, WORD.waitingGuests);
  }

  /** Thread: whenever there are more or fewer. */
  set waitingGuests(count: number) {
    Atomics.store(this.#words, WORD.waitingGuests, count);
  }

  /** Thread: notes that the guest of a request begins to wait, or stops. */
  setWaiting(requestId: number, waits: boolean): void {
    Atomics.store(this.#words, waitingAt(requestId), waits ? requestId | 0 : 0);
  }

  /** Host: whether the guest of a request that is not answered waits. */
  isWaiting(requestId: number): boolean {
    return Atomics.load(this.#words, waitingAt(requestId)) === (requestId | 0);
  }

  /** Thread: it has loaded its code. Host: it has ended, perhaps before that. */
  noteLoaded(): void {
    Atomics.store(this.#words, WORD.loaded, 1);
    Atomics.notify(this.#words, WORD.loaded);
  }

  /** Host: resolves when the thread has loaded its code, or has ended. */
  async untilLoaded(): Promise<void> {
    const waiting = Atomics.waitAsync(this.#words, WORD.loaded, 0);
    if (waiting.async) await waiting.value;
  }

  /** Host: from now on the thread starts nothing; `hasStarted` then knows what it has. */
  end(): void {
    Atomics.store(this.#words, WORD.ending, 1);
  }

  /** Thread: notes that a request is about to start. False when it must not any more. */
  start(requestId: number): boolean {
    Atomics.store(this.#words, startedAt(requestId), requestId | 0);
    return Atomics.load(this.#words, WORD.ending) === 0;
  }

  /** Host: whether a request that is not answered was started. */
  hasStarted(requestId: number): boolean {
    return Atomics.load(this.#words, startedAt(requestId)) === (requestId | 0);
  }
}

/** Where the request in a place that was started last is noted. */
function startedAt(requestId: number): number {
  return FIRST_STARTED + (requestId % OUTSTANDING_MAX);
}

/** Where it is noted that the guest of the request in a place waits. */
function waitingAt(requestId: number): number {
  return FIRST_WAITING + (requestId % OUTSTANDING_MAX);
}
