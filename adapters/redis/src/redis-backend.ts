import {
  callLog,
  decodeCallResult,
  encodeCall,
  encodeCallResult,
  heldBytes,
  isFaasmError,
  type Call,
  type CallId,
  type CallKind,
  type CallLog,
  type CallResult,
  type CallState,
  type CallStatus,
} from '@faasm/protocol';
import {
  endedResult,
  roomError,
  type CallCounts,
  type CallQueue,
  type EndAnswer,
  type EndReason,
  type Lease,
  type ResultStore,
  type RoomRefusal,
  type TakeOptions,
  type WantedRoom,
} from '@faasm/scheduler';
import type { StopSignal } from '@faasm/stdx';
import { CallReader } from './call-reader.ts';
import { CallTaker } from './call-taker.ts';
import { Connection, type Argument, type ConnectionOptions, type Reply } from './connection.ts';
import { readToken, type Delivery } from './delivery.ts';
import { callKey, ENDED_CHANNEL, GROUP, KEYS, QUEUE_KEYS, replyKey, waitersKey } from './keys.ts';
import { REPLY_TTL_MS, SYNC_RESULT_TTL_MS, type RedisBackendOptions } from './redis-backend-options.ts';
import { ReplyInbox } from './reply-inbox.ts';
import { bytesOf, listOf, numberOf, textOf } from './reply.ts';
import { SCRIPTS, type Script } from './script.ts';

/** Pause before Redis is asked again to tell of a call's end, in milliseconds. */
const REGISTER_PAUSE_MS = 200;

/**
 * Queue and results on one Redis server. A call is a hash. While it waits it is in its user's line, a sorted set; then it
 * is an entry of a stream. The lease is the ownership of the pending entry by this consumer at one delivery count. Each
 * step that changes more than one key is a script.
 */
export class RedisBackend implements CallQueue, ResultStore {
  readonly durable = true;
  readonly #options: RedisBackendOptions;
  readonly #connection: Connection;
  readonly #reader: CallReader;
  readonly #taker: CallTaker;
  readonly #blocking: Connection;
  readonly #inbox: ReplyInbox;
  readonly #subscriber: Connection;
  readonly #replyList: string;

  private constructor(options: RedisBackendOptions) {
    const open = (purpose: string): Connection => Connection.open(connectionOptions(options, purpose));
    this.#options = options;
    this.#replyList = replyKey(options.incarnation);
    this.#connection = open('commands');
    this.#blocking = open('calls');
    this.#subscriber = open('ended');
    this.#reader = new CallReader({
      connection: this.#connection,
      blocking: this.#blocking,
      consumer: options.incarnation,
      onError: options.onError,
    });
    this.#taker = new CallTaker({
      reader: this.#reader,
      host: options.incarnation,
      leaseMs: options.leaseMs,
      deliveriesMax: options.deliveriesMax,
      release: async (lease) => await this.release(lease),
      giveUp: async (delivery, result) => {
        await this.#giveUp(delivery, result);
      },
      onError: options.onError,
    });
    this.#inbox = new ReplyInbox({
      connection: open('replies'),
      list: this.#replyList,
      recheck: async (id) => await this.#status(id, this.#replyList),
      onError: options.onError,
    });
  }

  /** Begins to connect. Until there is a connection, every method throws `queue.unavailable`. */
  static connect(options: RedisBackendOptions): RedisBackend {
    return new RedisBackend(options);
  }

  async submit(call: Call): Promise<void> {
    const { user, name } = call.function;
    const wanted = { user, inputBytes: heldBytes(call) };
    const described = [call.id, call.kind, user, name, String(call.acceptedAt), String(call.deadlineAt)];
    const waiting = call.kind === 'sync' ? this.#replyList : '';
    const args = [GROUP, ...described, asBuffer(encodeCall(call)), ...this.#room(wanted), waiting];
    this.#accept(await this.#connection.run(SCRIPTS.submit, QUEUE_KEYS, args), wanted);
  }

  async checkRoom(wanted: WantedRoom): Promise<void> {
    const args = [GROUP, wanted.user, ...this.#room(wanted)];
    this.#accept(await this.#connection.run(SCRIPTS.room, QUEUE_KEYS, args), wanted);
  }

  async take(options: TakeOptions): Promise<Lease[]> {
    return await this.#taker.take(options);
  }

  async takeOther(except: ReadonlySet<string>): Promise<Lease | undefined> {
    return await this.#taker.takeOther(except);
  }

  async renew(lease: Lease): Promise<boolean> {
    const held = await this.#withLease(SCRIPTS.renew, [KEYS.stream], { token: lease.token });
    if (!held) this.#taker.forget(lease);
    return held;
  }

  async settle(lease: Lease, result: CallResult): Promise<boolean> {
    const { token, call } = lease;
    const settled = await this.#settle({ token, id: call.id, kind: call.kind }, result, 'done');
    this.#taker.forget(lease);
    return settled;
  }

  async release(lease: Lease): Promise<boolean> {
    const released = await this.#withLease(SCRIPTS.release, QUEUE_KEYS, { token: lease.token });
    this.#taker.forget(lease);
    return released;
  }

  async end(id: CallId, reason: EndReason): Promise<EndAnswer> {
    const status = await this.status(id);
    if (status === undefined) return 'unknown';
    const message = `Call ${id} was ended while it was ${status.state}: ${reason}`;
    const result = endedResult(status, { code: reason, message, finishedAt: Date.now() });
    const args = [
      GROUP,
      id,
      asBuffer(encodeCallResult(result)),
      this.#ttl(status.kind),
      String(REPLY_TTL_MS),
      ENDED_CHANNEL,
    ];
    return textOf(await this.#connection.run(SCRIPTS.end, QUEUE_KEYS, args)) as EndAnswer;
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

  async wait(id: CallId, signal: StopSignal): Promise<CallStatus | undefined> {
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

  /** The result of a synchronous call stays for {@link SYNC_RESULT_TTL_MS}, and its log with it. */
  async log(id: CallId): Promise<CallLog | undefined> {
    const status = await this.status(id);
    return status?.result === undefined ? undefined : callLog(status, status.result);
  }

  async ping(): Promise<true> {
    await this.#connection.command('PING');
    return true;
  }

  async close(): Promise<void> {
    await this.#reader.leave().catch(this.#options.onError);
    this.#inbox.close();
    for (const connection of [this.#connection, this.#blocking, this.#subscriber]) connection.close();
  }

  /** What scripts that look for room are told of a call. */
  #room({ user, inputBytes }: WantedRoom): string[] {
    const { weightOf, queuedCallsMax, queuedBytesMax, outstandingCallsPerUserMax } = this.#options;
    const bounds = [queuedCallsMax, queuedBytesMax, outstandingCallsPerUserMax];
    return [inputBytes, weightOf(user), ...bounds].map(String);
  }

  #accept(answer: Reply, wanted: WantedRoom): void {
    const refusal = textOf(answer);
    if (refusal !== 'accepted') {
      throw roomError(this.#options, { ...wanted, refusal: refusal as RoomRefusal });
    }
  }

  /** Only an asynchronous call counts as dead: a synchronous one had its one chance. */
  async #giveUp({ id, token, call }: Delivery, result: CallResult): Promise<void> {
    const kind = call instanceof Error ? 'async' : call.kind;
    await this.#settle({ token, id, kind }, result, kind === 'async' ? 'dead' : 'done');
  }

  async #settle(
    { token, id, kind }: { readonly token: string; readonly id: CallId; readonly kind: CallKind },
    result: CallResult,
    counter: 'done' | 'dead',
  ): Promise<boolean> {
    const bytes = asBuffer(encodeCallResult(result));
    const more = [id, bytes, counter, this.#ttl(kind), String(REPLY_TTL_MS)];
    return await this.#withLease(SCRIPTS.settle, QUEUE_KEYS, { token, more });
  }

  /** Runs a script that first checks the lease (I3). False when it is not held. */
  async #withLease(
    script: Script,
    keys: readonly string[],
    { token, more = [] }: { readonly token: string; readonly more?: readonly Argument[] },
  ): Promise<boolean> {
    const entry = readToken(token);
    if (entry === undefined) return false;
    const args = [GROUP, this.#options.incarnation, ...entry, ...more];
    return numberOf(await this.#connection.run(script, keys, args)) === 1;
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

  /** Has this process told of the call's end; keeps asking while Redis cannot be reached and somebody waits. */
  async #register(id: CallId, signal: StopSignal): Promise<CallStatus | undefined> {
    for (;;) {
      try {
        return await this.#status(id, this.#replyList);
      } catch (error) {
        if (signal.aborted || !isFaasmError(error, 'queue.unavailable')) throw error;
        await new Promise((resolve) => setTimeout(resolve, REGISTER_PAUSE_MS));
      }
    }
  }

  #ttl(kind: CallKind): string {
    return String(kind === 'sync' ? SYNC_RESULT_TTL_MS : this.#options.resultTtlMs);
  }
}

/** The same bytes, not a copy: inputs and outputs are megabytes. */
function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function connectionOptions(options: RedisBackendOptions, purpose: string): ConnectionOptions {
  const { host, port, incarnation, onError } = options;
  return { host, port, name: `${incarnation}:${purpose}`, onError };
}
