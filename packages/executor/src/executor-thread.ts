import type { FaasletModule } from '@faasm/faaslet';
import { deferred, type Deferred } from '@faasm/stdx';
import { Worker } from 'node:worker_threads';
import type { DoneMessage, RunMessage, ThreadSettings } from './thread/messages.ts';

/** What a thread runs. */
export interface ThreadJob {
  /** Names the module; equal keys mean equal modules. */
  readonly moduleKey: string;
  readonly source: FaasletModule;
  readonly input: Uint8Array;
}

/** Modules that a thread keeps linked; beyond it the one used longest ago is forgotten. */
const LINKED_MODULES_MAX = 64;

const THREAD_MAIN = new URL('./thread/main.ts', import.meta.url);

/** One thread that runs guests, one at a time, seen from the thread that serves. */
export class ExecutorThread {
  readonly #worker: Worker;
  readonly #onExit: (thread: ExecutorThread) => void;
  /** Keys of the modules that the thread has, the one used longest ago first. */
  readonly #known = new Set<string>();
  #requestId = 0;
  #answer: Deferred<DoneMessage> | undefined;
  #cause: Error | undefined;
  #ending = false;
  #crashed = false;

  /** Starts the thread. `onExit` is called once, when it has ended for whatever reason. */
  constructor(settings: ThreadSettings, onExit: (thread: ExecutorThread) => void) {
    this.#onExit = onExit;
    this.#worker = new Worker(THREAD_MAIN, { workerData: settings, env: {}, execArgv: [], name: 'executor' });
    this.#worker.on('message', (message: DoneMessage) => {
      this.#done(message);
    });
    this.#worker.on('error', (error) => {
      this.#cause = error instanceof Error ? error : new Error(String(error));
    });
    this.#worker.on('exit', (code) => {
      this.#ended(code);
    });
  }

  /** Whether it has ended or is about to, so that it must not be given another job. */
  get ending(): boolean {
    return this.#ending;
  }

  /** Whether it has ended by itself, which no guest can bring about by ordinary means. */
  get crashed(): boolean {
    return this.#crashed;
  }

  /** Runs a job to its end. Rejects when the thread ends before. Only one at a time. */
  async run(job: ThreadJob): Promise<DoneMessage> {
    this.#requestId += 1;
    this.#answer = deferred();
    const message: RunMessage = {
      type: 'run',
      requestId: this.#requestId,
      moduleKey: job.moduleKey,
      input: compact(job.input),
      ...this.#modulePart(job),
    };
    this.#worker.postMessage(message);
    return await this.#answer.promise;
  }

  /** Ends the thread whatever it is doing. */
  async terminate(): Promise<void> {
    this.#ending = true;
    await this.#worker.terminate();
  }

  #modulePart({ moduleKey, source }: ThreadJob): Partial<RunMessage> {
    const known = this.#known.delete(moduleKey);
    this.#known.add(moduleKey);
    if (known) return {};
    const [oldest] = this.#known;
    if (this.#known.size <= LINKED_MODULES_MAX || oldest === undefined) return { source };
    this.#known.delete(oldest);
    return { source, forget: oldest };
  }

  #done(message: DoneMessage): void {
    if (message.requestId !== this.#requestId) return;
    const answer = this.#answer;
    this.#answer = undefined;
    answer?.resolve(message);
  }

  #ended(code: number): void {
    this.#crashed = !this.#ending;
    this.#ending = true;
    const why = this.#cause === undefined ? `exit code ${code}` : this.#cause.message;
    this.#answer?.reject(new Error(`Executor thread ended: ${why}`, { cause: this.#cause }));
    this.#answer = undefined;
    this.#onExit(this);
  }
}

/** A message copies the whole buffer behind a view, which may be a pool that holds other requests' bytes. */
function compact(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
}
