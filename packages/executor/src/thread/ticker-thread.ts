import { pauseWord } from '@faasm/faaslet';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { Signals } from '../channel/signals.ts';
import { TICKER_WORD, type TickerData, type TickerMessage } from '../ticker.ts';

/** Ticks without a guest that runs, after which the ticker sleeps. */
const IDLE_TICKS = 200;

const { words: shared, intervalMs } = workerData as TickerData;
const words = new Int32Array(shared);
/** Nobody writes or notifies it: to wait on it is to pause. */
const sleep = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
const threads = new Map<number, { signals: Signals; word: Int32Array }>();

/** Whether any guest runs. */
function tick(): boolean {
  let runs = false;
  for (const { signals, word } of threads.values()) {
    if (!signals.guestRuns) continue;
    Atomics.store(word, 0, 1);
    runs = true;
  }
  return runs;
}

function readMessages(): void {
  if (parentPort === null) throw new TypeError('This is no thread that a ticker started');
  for (;;) {
    const received: { message: TickerMessage } | undefined = receiveMessageOnPort(parentPort);
    if (received === undefined) return;
    const { thread, memory } = received.message;
    if (memory === undefined) threads.delete(thread);
    else threads.set(thread, { signals: new Signals(memory.signals), word: pauseWord(memory.control) });
  }
}

for (let idleTicks = 0; ;) {
  const wakes = Atomics.load(words, TICKER_WORD.wakes);
  readMessages();
  idleTicks = tick() ? 0 : idleTicks + 1;
  if (idleTicks < IDLE_TICKS) {
    Atomics.wait(sleep, 0, 0, intervalMs);
    continue;
  }
  idleTicks = 0;
  Atomics.store(words, TICKER_WORD.asleep, 1);
  Atomics.wait(words, TICKER_WORD.wakes, wakes);
  Atomics.store(words, TICKER_WORD.asleep, 0);
}
