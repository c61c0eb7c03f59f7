import type { FaasletModule } from '@faasm/faaslet';
import { FaasmError } from '@faasm/protocol';
import { deferred, type Deferred } from '@faasm/stdx';
import { Worker } from 'node:worker_threads';
import type { SharedProto } from './shared-proto.ts';
import type {
  DoneMessage,
  EvictedMessage,
  InitializedMessage,
  ThreadData,
  ThreadReply,
  ThreadRequest,
} from './thread/messages.ts';

/** What a thread is started with, and who is told of its end. */
export interface ExecutorThreadOptions {
  /** Module that calls `serveExecutorThread`. */
  readonly main: URL;
  readonly data: ThreadData;
  /** Called once, when it has ended for whatever reason. */
  readonly onExit: (thread: ExecutorThread) => void;
}

/**
 * Bounds of a thread's JavaScript, which guests can make it allocate by what they ask the host for; in MiB. A thread
 * over them is ended and replaced.
 */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 };

type Answer = DoneMessage | InitializedMessage | EvictedMessage;

/** What leaves a message without the id that the thread object gives it. */
type Unnumbered<T> = T extends unknown ? Omit<T, 'requestId'> : never;

/** One thread that runs guests, one at a time, seen from the thread that serves. */
export class ExecutorThread {
  /** How many idle Faaslets it has, by key of their Proto-Faaslet. */
  readonly idle = new Map<string, number>();
  readonly data: ThreadData;
  readonly #worker: Worker;
  readonly #onExit: (thread: ExecutorThread) => void;
  /** The Proto-Faaslets that the thread has, by key. */
  readonly #known = new Map<string, SharedProto>();
  readonly #answers = new Map<number, Deferred<Answer>>();
  #requestId = 0;
  #cause: Error | undefined;
  #ending = false;
  #crashed = false;

  constructor({ main, data, onExit }: ExecutorThreadOptions) {
    this.data = data;
    this.#onExit = onExit;
    this.#worker = new Worker(main, {
      workerData: data,
      env: {},
      execArgv: [],
      name: 'executor',
      resourceLimits: RESOURCE_LIMITS,
    });
    this.#worker.on('message', (reply: ThreadReply) => {
      this.#receive(reply);
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

  /** Runs constructors and zygote. Rejects when the thread ends before, or with `host.capacity`. */
  async initialize(source: FaasletModule): Promise<InitializedMessage> {
    return (await this.#ask({ type: 'initialize', source })) as InitializedMessage;
  }

  /** Runs a call to its end. Rejects when the thread ends before, or with `host.capacity`. */
  async run(shared: SharedProto, input: Uint8Array): Promise<DoneMessage> {
    const { key, proto } = shared;
    const known = this.#known.has(key);
    if (!known) {
      shared.hold(this);
      this.#known.set(key, shared);
    }
    this.#count(key, -1);
    const job = { type: 'run', key, input: compact(input), ...(known ? {} : { proto }) } as const;
    const done = (await this.#ask(job)) as DoneMessage;
    this.#count(key, 1);
    return done;
  }

  /** Gives up the idle Faaslets of a function, of all when `key` is undefined. */
  async evict(key: string | undefined): Promise<void> {
    await this.#ask({ type: 'evict', key, forget: false });
  }

  /** Gives up a function altogether. */
  async forget(shared: SharedProto): Promise<void> {
    if (this.#known.get(shared.key) !== shared) return;
    // At once, so that a call that comes after this message brings its Proto-Faaslet along.
    this.#known.delete(shared.key);
    try {
      await this.#ask({ type: 'evict', key: shared.key, forget: true });
    } finally {
      shared.release(this);
    }
  }

  /** Ends the thread whatever it is doing. */
  async terminate(): Promise<void> {
    this.#ending = true;
    await this.#worker.terminate();
  }

  async #ask(request: Unnumbered<ThreadRequest>): Promise<Answer> {
    this.#requestId += 1;
    const requestId = this.#requestId;
    const answer = deferred<Answer>();
    this.#answers.set(requestId, answer);
    this.#worker.postMessage({ ...request, requestId });
    return await answer.promise;
  }

  #receive(reply: ThreadReply): void {
    if (reply.type === 'evicted') for (const key of reply.keys) this.#count(key, -1);
    if (reply.requestId === undefined) return;
    const answer = this.#answers.get(reply.requestId);
    this.#answers.delete(reply.requestId);
    if (reply.type === 'refused') answer?.reject(new FaasmError(reply.code, reply.message));
    else answer?.resolve(reply);
  }

  #count(key: string, change: 1 | -1): void {
    const count = Math.max(0, (this.idle.get(key) ?? 0) + change);
    if (count === 0) this.idle.delete(key);
    else this.idle.set(key, count);
  }

  #ended(code: number): void {
    this.#crashed = !this.#ending;
    this.#ending = true;
    this.idle.clear();
    const why = this.#cause === undefined ? `exit code ${code}` : this.#cause.message;
    const outOfMemory =
      this.#cause !== undefined && 'code' in this.#cause && this.#cause.code === OUT_OF_MEMORY;
    const error = outOfMemory
      ? new FaasmError('guest.trap', `The call made the host use too much memory: ${why}`)
      : new Error(`Executor thread ended: ${why}`, { cause: this.#cause });
    for (const answer of this.#answers.values()) answer.reject(error);
    this.#answers.clear();
    for (const shared of this.#known.values()) shared.release(this);
    this.#known.clear();
    this.#onExit(this);
  }
}

const OUT_OF_MEMORY = 'ERR_WORKER_OUT_OF_MEMORY';

/** A message copies the whole buffer behind a view, which may be a pool that holds other requests' bytes. */
function compact(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
}
