import { FaasmError } from '@faasm/protocol';
import { deferred, type Deferred } from '@faasm/stdx';
import { Worker } from 'node:worker_threads';
import {
  OPENING,
  type DatabaseOptions,
  type ReplyMessage,
  type Request,
  type RequestKind,
  type RequestMessage,
  type Requests,
} from './thread/messages.ts';

const MAIN = new URL('./thread/main.ts', import.meta.url);

/** What a thread is started with, and who is told of its end. */
export interface DatabaseThreadOptions extends DatabaseOptions {
  /** Called once, when it has ended for whatever reason. */
  readonly onEnd: () => void;
}

/** One incarnation of the thread that has the file open. It does what it is asked in the order in which it is asked. */
export class DatabaseThread {
  readonly #worker: Worker;
  readonly #path: string;
  readonly #outstanding = new Map<number, Deferred<unknown>>();
  readonly #ended = deferred<void>();
  #lastId = OPENING;
  #isEnded = false;
  #cause: unknown;

  private constructor({ onEnd, ...data }: DatabaseThreadOptions) {
    this.#path = data.path;
    this.#worker = new Worker(MAIN, { workerData: data, env: {}, execArgv: [], name: 'state' });
    this.#worker.on('message', (replies: ReplyMessage) => {
      this.#receive(replies);
    });
    this.#worker.on('error', (error) => {
      this.#cause = error;
    });
    this.#worker.on('exit', () => {
      this.#end();
      onEnd();
    });
  }

  /** Starts a thread and opens the file. Throws `state.unavailable` when that cannot be done. */
  static async start(options: DatabaseThreadOptions): Promise<DatabaseThread> {
    const thread = new DatabaseThread(options);
    await thread.#answerTo(OPENING);
    return thread;
  }

  /**
   * Asks for something; `buffers` are given to the thread for good. Rejects with what the request fails with, and with
   * `state.unavailable` when the thread ended before it answered.
   */
  async request<K extends RequestKind>(
    request: Request<K>,
    buffers: readonly ArrayBuffer[] = [],
  ): Promise<Requests[K]['answer']> {
    if (this.#isEnded) throw this.#lost();
    const id = (this.#lastId += 1);
    this.#post({ id, request: request as Request }, buffers);
    return (await this.#answerTo(id)) as Requests[K]['answer'];
  }

  /** Lets it answer what it was asked, close the file and end. */
  async close(): Promise<void> {
    this.#post('close');
    await this.#ended.promise;
  }

  #post(message: RequestMessage, buffers: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, buffers);
  }

  async #answerTo(id: number): Promise<unknown> {
    const answer = deferred<unknown>();
    this.#outstanding.set(id, answer);
    return await answer.promise;
  }

  #receive(replies: ReplyMessage): void {
    for (const reply of replies) {
      const answer = this.#outstanding.get(reply.id);
      this.#outstanding.delete(reply.id);
      if ('error' in reply) answer?.reject(new FaasmError(reply.error.code, reply.error.message));
      else answer?.resolve(reply.answer);
    }
  }

  #end(): void {
    this.#isEnded = true;
    for (const answer of this.#outstanding.values()) answer.reject(this.#lost());
    this.#outstanding.clear();
    this.#ended.resolve();
  }

  #lost(): FaasmError {
    const why = this.#cause instanceof Error ? this.#cause.message : 'it was closed';
    return new FaasmError('state.unavailable', `Thread of state file ${this.#path} ended: ${why}`, {
      cause: this.#cause,
    });
  }
}
