import {
  decodeCallResult,
  encodeCall,
  encodeCallResult,
  FaasmError,
  isFaasmError,
  type Call,
  type CallId,
  type CallKind,
  type CallResult,
  type CallState,
  type CallStatus,
} from '@faasm/protocol';
import {
  endedResult,
  type CallCounts,
  type CallQueue,
  type EndAnswer,
  type EndReason,
  type Lease,
  type ResultStore,
  type TakeOptions,
} from '@faasm/scheduler';
import { CallTaker } from './call-taker.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import { callKey, ENDED_CHANNEL, GROUP, KEYS, replyKey, waitersKey } from './keys.ts';
import { REPLY_TTL_MS, SYNC_RESULT_TTL_MS, type RedisBackendOptions } from './redis-backend-options.ts';
import { ReplyInbox } from './reply-inbox.ts';
import { bytesOf, listOf, numberOf, textOf } from './reply.ts';
import { SCRIPTS } from './script.ts';

/** Expired leases are looked for this often while one lasts. */
const TAKEOVERS_PER_LEASE = 2;

/** Pause before Redis is asked again to tell of a call's end, in milliseconds. */
const REGISTER_PAUSE_MS = 200;

/** Seconds after which a refused caller may try again. */
const RETRY_AFTER_SECONDS = 1;

/**
 * Queue and results on one Redis server. A call is an entry of a stream and a hash; the lease is the ownership of the
 * pending entry by this consumer at one delivery count; each step that changes more than one key is a script.
 */
export class RedisBackend implements CallQueue, ResultStore {
  readonly durable = true;
  readonly #options: RedisBackendOptions;
  readonly #connection: Connection;
  readonly #taker: CallTaker;
  readonly #blocking: Connection;
  readonly #inbox: ReplyInbox;
  readonly #subscriber: Connection;
  readonly #replyList: string;
  #lookedForExpiredAt = Number.NEGATIVE_INFINITY;

  private constructor(options: RedisBackendOptions) {
    const open = (purpose: string): Connection => Connection.open(connectionOptions(options, purpose));
    this.#options = options;
    this.#replyList = replyKey(options.incarnation);
    this.#connection = open('commands');
    this.#blocking = open('calls');
    this.#subscriber = open('ended');
    this.#taker = new CallTaker({
      connection: this.#connection,
      blocking: this.#blocking,
      consumer: options.incarnation,
      leaseMs: options.leaseMs,
      onError: options.onError,
    });
    this.#inbox = new ReplyInbox({
      connection: open('replies'),
      list: this.#replyList,
      recheck: async (id) => (await this.status(id))?.result,
      onError: options.onError,
    });
  }

  /** Begins to connect. Until there is a connection, every method throws `queue.unavailable`. */
  static connect(options: RedisBackendOptions): RedisBackend {
    return new RedisBackend(options);
  }

  async submit(call: Call): Promise<void> {
    const { queuedCallsMax, outstandingCallsPerUserMax } = this.#options;
    const { user, name } = call.function;
    const waiting = call.kind === 'sync' ? this.#replyList : '';
    const described = [
      GROUP,
      call.id,
      call.kind,
      user,
      name,
      String(call.acceptedAt),
      String(call.deadlineAt),
    ];
    const bounds = [String(queuedCallsMax), String(outstandingCallsPerUserMax)];
    const args = [...described, Buffer.from(encodeCall(call)), ...bounds, waiting];
    const answer = await this.#connection.run(SCRIPTS.submit, callKeys(call.id), args);
    const retry = { retryAfterSeconds: RETRY_AFTER_SECONDS };
    if (textOf(answer) === 'queue.full') {
      throw new FaasmError('queue.full', `Queue holds ${queuedCallsMax} calls, which is the limit`, retry);
    }
    if (textOf(answer) === 'user.limit') {
      const detail = `User ${user} has ${outstandingCallsPerUserMax} calls outstanding, which is the limit`;
      throw new FaasmError('user.limit', detail, retry);
    }
  }

  async take({ max, signal }: TakeOptions): Promise<Lease[]> {
    while (!signal.aborted) {
      const again = await this.#takeOver(max);
      const leases = again.length > 0 ? again : await this.#taker.fresh(max, signal);
      if (signal.aborted) for (const lease of leases) await this.release(lease);
      else if (leases.length > 0) return leases;
    }
    return [];
  }

  async renew(lease: Lease): Promise<boolean> {
    const answer = await this.#connection.run(SCRIPTS.renew, [KEYS.stream], this.#leaseArgs(lease));
    return numberOf(answer) === 1;
  }

  async settle(lease: Lease, result: CallResult): Promise<boolean> {
    return await this.#settle(lease, result, 'done');
  }

  async release(lease: Lease): Promise<boolean> {
    const keys = [KEYS.stream, callKey(lease.call.id)];
    return numberOf(await this.#connection.run(SCRIPTS.release, keys, this.#leaseArgs(lease))) === 1;
  }

  async end(id: CallId, reason: EndReason): Promise<EndAnswer> {
    const status = await this.status(id);
    if (status === undefined) return 'unknown';
    const message = `Call ${id} was ended while it was ${status.state}: ${reason}`;
    const result = endedResult(status, { code: reason, message, finishedAt: Date.now() });
    const args = [
      GROUP,
      id,
      Buffer.from(encodeCallResult(result)),
      this.#ttl(status.kind),
      String(REPLY_TTL_MS),
      ENDED_CHANNEL,
    ];
    return textOf(await this.#connection.run(SCRIPTS.end, callKeys(id), args)) as EndAnswer;
  }

  onEnded(listener: (id: CallId) => void): () => void {
    let listening = true;
    this.#subscriber.subscribe(ENDED_CHANNEL, (id) => {
      if (listening) listener(id);
    });
    return () => {
      listening = false;
    };
  }

  async counts(): Promise<CallCounts> {
    const reply = listOf(await this.#connection.run(SCRIPTS.counts, [KEYS.stream, KEYS.counts], [GROUP]));
    const [accepted, queued, running, done, dead] = reply;
    return {
      accepted: numberOf(accepted),
      queued: numberOf(queued),
      running: numberOf(running),
      done: numberOf(done),
      dead: numberOf(dead),
    };
  }

  async status(id: CallId): Promise<CallStatus | undefined> {
    return await this.#status(id, '');
  }

  async wait(id: CallId, signal: AbortSignal): Promise<CallStatus | undefined> {
    const came = Promise.withResolvers<CallResult | undefined>();
    const giveUp = (): void => {
      came.resolve(undefined);
    };
    const forget = this.#inbox.expect(id, came.resolve);
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      const status = await this.#register(id, signal);
      if (status === undefined || status.state === 'done' || signal.aborted) return status;
      const result = await came.promise;
      return result === undefined ? await this.status(id) : { ...status, state: 'done', result };
    } finally {
      forget();
      signal.removeEventListener('abort', giveUp);
    }
  }

  async ping(): Promise<true> {
    await this.#connection.command('PING');
    return true;
  }

  async close(): Promise<void> {
    await this.#forgetConsumer().catch(this.#options.onError);
    this.#inbox.close();
    for (const connection of [this.#connection, this.#blocking, this.#subscriber]) connection.close();
  }

  /** From time to time, calls of silent workers: those that may run again are returned, the others end here. */
  async #takeOver(max: number): Promise<Lease[]> {
    const { leaseMs, deliveriesMax, incarnation } = this.#options;
    const now = performance.now();
    if (now - this.#lookedForExpiredAt < leaseMs / TAKEOVERS_PER_LEASE) return [];
    this.#lookedForExpiredAt = now;
    const again: Lease[] = [];
    for (const lease of await this.#taker.expired(max)) {
      const { call, delivery } = lease;
      if (call.kind === 'async' && delivery <= deliveriesMax) {
        again.push(lease);
        continue;
      }
      const message = `Call ${call.id} was given to ${delivery - 1} workers that went silent`;
      const finishedAt = Date.now();
      const lost = endedResult(call, { code: 'call.host_lost', message, finishedAt, host: incarnation });
      await this.#settle(lease, lost, call.kind === 'async' ? 'dead' : 'done');
    }
    return again;
  }

  async #settle(lease: Lease, result: CallResult, counter: 'done' | 'dead'): Promise<boolean> {
    const { id, kind } = lease.call;
    const bytes = Buffer.from(encodeCallResult(result));
    const args = [...this.#leaseArgs(lease), id, bytes, counter, this.#ttl(kind), String(REPLY_TTL_MS)];
    const answer = await this.#connection.run(SCRIPTS.settle, callKeys(id), args);
    return numberOf(answer) === 1;
  }

  async #status(id: CallId, replyList: string): Promise<CallStatus | undefined> {
    const keys = [KEYS.stream, callKey(id), waitersKey(id)];
    const reply = listOf(await this.#connection.run(SCRIPTS.status, keys, [GROUP, replyList]));
    if (reply.length === 0) return undefined;
    const [kind, user, name, acceptedAt, deadlineAt, state, result] = reply;
    const bytes = bytesOf(result);
    return {
      id,
      kind: textOf(kind) as CallKind,
      function: { user: textOf(user), name: textOf(name) },
      state: textOf(state) as CallState,
      acceptedAt: Number(textOf(acceptedAt)),
      deadlineAt: Number(textOf(deadlineAt)),
      ...(bytes.byteLength === 0 ? {} : { result: decodeCallResult(bytes) }),
    };
  }

  /** A consumer that holds nothing leaves no trace; one that does is kept until its calls were taken over. */
  async #forgetConsumer(): Promise<void> {
    const { incarnation } = this.#options;
    const pending = await this.#connection.command(
      'XPENDING',
      KEYS.stream,
      GROUP,
      '-',
      '+',
      '1',
      incarnation,
    );
    if (listOf(pending).length === 0)
      await this.#connection.command('XGROUP', 'DELCONSUMER', KEYS.stream, GROUP, incarnation);
  }

  /** Has this process told of the call's end; keeps asking while Redis cannot be reached and somebody waits. */
  async #register(id: CallId, signal: AbortSignal): Promise<CallStatus | undefined> {
    for (;;) {
      try {
        return await this.#status(id, this.#replyList);
      } catch (error) {
        if (signal.aborted || !isFaasmError(error, 'queue.unavailable')) throw error;
        await new Promise((resolve) => setTimeout(resolve, REGISTER_PAUSE_MS));
      }
    }
  }

  #leaseArgs(lease: Lease): string[] {
    return [GROUP, this.#options.incarnation, lease.token, String(lease.delivery)];
  }

  #ttl(kind: CallKind): string {
    return String(kind === 'sync' ? SYNC_RESULT_TTL_MS : this.#options.resultTtlMs);
  }
}

function callKeys(id: CallId): string[] {
  return [KEYS.stream, KEYS.counts, KEYS.outstanding, callKey(id), waitersKey(id)];
}

function connectionOptions(options: RedisBackendOptions, purpose: string): ConnectionOptions {
  const { host, port, incarnation, onError } = options;
  return { host, port, name: `${incarnation}:${purpose}`, onError };
}
