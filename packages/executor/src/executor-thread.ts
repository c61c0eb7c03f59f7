import type { FaasletModule, GuestLimits } from '@faasm/faaslet';
import type { GuestLaunch } from '@faasm/host-interface';
import { FaasmError, isFaasmError, type ErrorCode } from '@faasm/protocol';
import type { StateQuestion, StateSession } from '@faasm/state';
import { deferred } from '@faasm/stdx';
import { Worker } from 'node:worker_threads';
import { HostChannel } from './channel/host-channel.ts';
import { OUTSTANDING_MAX, RequestTable } from './channel/request-table.ts';
import { FaasletCount } from './faaslet-count.ts';
import type { SharedProto } from './shared-proto.ts';
import { GivenBackError, ThreadEndedError } from './thread-errors.ts';
import type {
  AskMessage,
  AskOutcome,
  ChannelMemory,
  DoneMessage,
  EvictedMessage,
  InitializedMessage,
  ThreadData,
  ThreadReply,
} from './thread/messages.ts';

/** What a thread is started with, and who is told of its end. */
export interface ExecutorThreadOptions {
  /** Module that calls `serveExecutorThread`. */
  readonly main: URL;
  readonly data: Omit<ThreadData, 'channel'>;
  /** Called once, when it has ended for whatever reason. */
  readonly onExit: (thread: ExecutorThread) => void;
  /** Opens what a guest has of state, at its first question. Undefined where there is no state. */
  readonly openState: OpenState | undefined;
}

/** Opens what a call has of state. */
export type OpenState = (owner: Pick<GuestTerms, 'user' | 'holder'>) => StateSession;

/**
 * Bounds of a thread's JavaScript, which guests can make it allocate by what they ask the host for; in MiB. A thread
 * over them is ended and replaced.
 */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 };

/** Whom a guest runs for, and until when. */
export interface GuestTerms {
  readonly user: string;
  /** Names it to those who wait for a lock that it holds. */
  readonly holder: string;
  /** Since when somebody waits for it, and until when; in milliseconds since the Unix epoch. */
  readonly acceptedAt: number;
  readonly deadlineAt: number;
  /** The user's share of a thread, beside those of others. */
  readonly weight: number;
}

/** A module whose constructors and zygote are to run, and what they are held to and started with. */
export interface Uninitialized {
  readonly source: FaasletModule;
  readonly limits: GuestLimits;
  readonly launch: GuestLaunch;
  /** The bundle of the function's files, which threads share; undefined when it has none. */
  readonly files: Uint8Array<SharedArrayBuffer> | undefined;
}

/** A call, and the function that it runs. */
export interface ThreadCall {
  readonly shared: SharedProto;
  readonly input: Uint8Array;
  /** Beside those of the function. */
  readonly args: readonly string[] | undefined;
}

type Answer = DoneMessage | InitializedMessage | EvictedMessage;

/** Who is told what became of a request: one of the two is called, once. */
export interface Asker<T> {
  resolve(answer: T): void;
  /** It did not come to an answer: `ThreadEndedError`, `GivenBackError`, or what the thread refused it with. */
  reject(error: Error): void;
}

/** Whom a guest runs for. */
interface Asked<T> {
  readonly terms: GuestTerms;
  readonly asker: Asker<T>;
}

interface Outstanding {
  /** Of the answer that belongs to the request; undefined once nobody waits for it any more. */
  asker: Asker<Answer> | undefined;
  /** Whom a guest runs for; undefined when none does. */
  readonly terms: GuestTerms | undefined;
  /** Of a call: whose Faaslet it uses. */
  readonly protoId: number | undefined;
  /** Once its guest has asked for something of it. */
  state: StateSession | undefined;
}

/** One thread that runs guests in turns, seen from the host. */
export class ExecutorThread {
  readonly faaslets = new FaasletCount();
  readonly budgetCell: number;
  readonly channelMemory: ChannelMemory;
  readonly #worker: Worker;
  readonly #channel = new HostChannel();
  readonly #onExit: (thread: ExecutorThread) => void;
  readonly #openState: OpenState | undefined;
  /** Of requests that were given up, whose guests may run as long as the thread does. */
  readonly #orphans: StateSession[] = [];
  /** The Proto-Faaslets that the thread has, by id. */
  readonly #known = new Map<number, SharedProto>();
  readonly #outstanding = new RequestTable<Outstanding>();
  #cause: Error | undefined;
  #ending = false;
  #crashed = false;

  constructor({ main, data, onExit, openState }: ExecutorThreadOptions) {
    this.budgetCell = data.budgetCell;
    this.#onExit = onExit;
    this.#openState = openState;
    this.channelMemory = this.#channel.memory;
    this.#worker = new Worker(main, {
      workerData: { ...data, channel: this.channelMemory } satisfies ThreadData,
      env: {},
      execArgv: [],
      name: 'executor',
      resourceLimits: RESOURCE_LIMITS,
    });
    this.#channel.open(this.#worker, (reply) => {
      this.#receive(reply);
    });
    this.#worker.on('error', (error) => {
      this.#cause = error instanceof Error ? error : new Error(String(error));
    });
    this.#worker.on('exit', (code) => {
      this.#ended(code);
    });
  }

  /** How many of its requests need turns: they were not answered, and their guests do not wait for something. */
  get load(): number {
    return this.#outstanding.size - this.waitingGuests;
  }

  /** How many of its guests wait for something. */
  get waitingGuests(): number {
    return Math.min(this.#channel.waitingGuests, this.#outstanding.size);
  }

  /** Whom those that wait run for, once for each. */
  waitingUsers(): string[] {
    if (this.waitingGuests === 0) return [];
    return this.#outstanding.ids().flatMap((requestId) => {
      const user = this.#outstanding.get(requestId)?.terms?.user;
      return user !== undefined && this.#channel.isWaiting(requestId) ? [user] : [];
    });
  }

  /** How many of its requests it has not started. */
  get waiting(): number {
    let waiting = 0;
    for (const requestId of this.#outstanding.ids()) if (!this.#channel.hasStarted(requestId)) waiting += 1;
    return waiting;
  }

  /** Whether it can be given another request. */
  get hasRoom(): boolean {
    return !this.#ending && this.#outstanding.size < OUTSTANDING_MAX;
  }

  /** Whether it has ended by itself, which no guest can bring about by ordinary means. */
  get crashed(): boolean {
    return this.#crashed;
  }

  /** Runs constructors and zygote. The answer may be `host.capacity`. Returns the id of the request. */
  initialize(what: Uninitialized, { terms, asker }: Asked<InitializedMessage>): number {
    const requestId = this.#ask(asker, { terms, protoId: undefined });
    const { user, acceptedAt, deadlineAt, weight } = terms;
    this.#channel.send({ type: 'initialize', requestId, ...what, user, acceptedAt, deadlineAt, weight });
    return requestId;
  }

  /** Runs a call. The answer may be `host.capacity`. Returns the id of the request. */
  run({ shared, input, args }: ThreadCall, { terms, asker }: Asked<DoneMessage>): number {
    const { id, proto, limits, launch, files } = shared;
    const { user, acceptedAt, deadlineAt, weight } = terms;
    const known = this.#known.has(id);
    if (!known) {
      shared.hold();
      this.#known.set(id, shared);
    }
    const requestId = this.#ask(asker, { terms, protoId: id });
    this.faaslets.began(id);
    this.#channel.run({
      type: 'run',
      requestId,
      protoId: id,
      acceptedAt,
      deadlineAt,
      weight,
      input,
      args,
      brought: known ? undefined : { proto, limits, launch, files, user },
    });
    return requestId;
  }

  /** Whether it has not answered a request. */
  isOutstanding(requestId: number): boolean {
    return this.#outstanding.get(requestId) !== undefined;
  }

  /** What the guest of a request waits for that another call has, in words. */
  waitsFor(requestId: number): string | undefined {
    return this.#outstanding.get(requestId)?.state?.waitsFor;
  }

  /** Ends a guest; its answer then comes soon, unless the thread is stuck. */
  end(requestId: number, { code, message }: FaasmError): void {
    if (this.isOutstanding(requestId)) this.#channel.send({ type: 'end', requestId, code, message });
  }

  /** Rejects a request with `reason`: nobody waits for the answer that the thread may still give. */
  giveUp(requestId: number, reason: FaasmError): void {
    const outstanding = this.#outstanding.get(requestId);
    const asker = outstanding?.asker;
    if (outstanding !== undefined) outstanding.asker = undefined;
    asker?.reject(reason);
  }

  /** Gives up the idle Faaslets of a function, of all when `protoId` is undefined. */
  async evict(protoId: number | undefined): Promise<void> {
    await this.#evict(protoId, false);
  }

  /** Gives up a function altogether. */
  async forget(shared: SharedProto): Promise<void> {
    if (this.#known.get(shared.id) !== shared) return;
    // At once, so that a call that comes after this message brings its Proto-Faaslet along.
    this.#known.delete(shared.id);
    try {
      await this.#evict(shared.id, true);
    } finally {
      shared.release();
    }
  }

  /** Asks for calls back that were not started: their answers are rejected with `GivenBackError`. */
  giveBack(max: number): void {
    this.#channel.send({ type: 'giveBack', max });
  }

  /** Ends the thread whatever it is doing; requests without an answer are rejected at once. */
  async terminate(): Promise<void> {
    this.#ending = true;
    this.#rejectAll('it was ended');
    // A thread that is ended while it loads native code may take the whole process along.
    await this.#channel.untilLoaded();
    await this.#worker.terminate();
  }

  async #evict(protoId: number | undefined, forget: boolean): Promise<void> {
    const evicted = deferred<EvictedMessage>();
    const requestId = this.#ask(evicted, { terms: undefined, protoId: undefined });
    this.#channel.send({ type: 'evict', requestId, protoId, forget });
    await evicted.promise;
  }

  /** Notes a request that is about to be sent; returns its id. The answer is of the type that belongs to it. */
  #ask<T extends Answer>(
    asker: Asker<T>,
    { terms, protoId }: Pick<Outstanding, 'terms' | 'protoId'>,
  ): number {
    return this.#outstanding.add({ asker, terms, protoId, state: undefined });
  }

  #receive(reply: ThreadReply): void {
    if (reply.type === 'ask') {
      void this.#answer(reply);
      return;
    }
    if (reply.type === 'givenBack') {
      for (const requestId of reply.requestIds) this.#settle(requestId)?.reject(new GivenBackError());
      return;
    }
    if (reply.type === 'evicted') for (const protoId of reply.protoIds) this.faaslets.evicted(protoId);
    if (reply.requestId === undefined) return;
    const restored = reply.type === 'done' && !reply.warm;
    const asker = this.#settle(reply.requestId, restored);
    if (reply.type === 'refused') asker?.reject(new FaasmError(reply.code, reply.message));
    else asker?.resolve(reply);
  }

  #settle(requestId: number, restored = false): Asker<Answer> | undefined {
    const outstanding = this.#outstanding.remove(requestId);
    if (outstanding === undefined) return undefined;
    if (outstanding.protoId !== undefined) this.faaslets.ended(outstanding.protoId, restored);
    const { state } = outstanding;
    if (state !== undefined && this.#ending) this.#orphans.push(state);
    else void state?.close();
    return outstanding.asker;
  }

  /** Answers a question of a guest; never rejects. */
  async #answer({ requestId, askId, question }: AskMessage): Promise<void> {
    const outstanding = this.#outstanding.get(requestId);
    if (outstanding?.terms === undefined) return;
    outstanding.state ??= this.#openState?.(outstanding.terms);
    const outcome = await outcomeOf(outstanding.state, question);
    if (!this.#ending) this.#channel.send({ type: 'answer', requestId, askId, outcome });
  }

  #ended(code: number): void {
    this.#crashed = !this.#ending;
    this.#ending = true;
    const why = this.#cause === undefined ? `exit code ${code}` : this.#cause.message;
    const outOfMemory =
      this.#cause !== undefined && 'code' in this.#cause && this.#cause.code === OUT_OF_MEMORY;
    this.#rejectAll(why, outOfMemory ? 'guest.trap' : undefined);
    this.#channel.close();
    for (const shared of this.#known.values()) shared.release();
    this.#known.clear();
    for (const state of this.#orphans.splice(0)) void state.close();
    this.#onExit(this);
  }

  /** `code` is what the guest did that was alone on the thread; of several it is not known which. */
  #rejectAll(why: string, code?: ErrorCode): void {
    this.#channel.forbidStarts();
    const started = this.#outstanding.ids().filter((requestId) => this.#channel.hasStarted(requestId));
    for (const requestId of this.#outstanding.ids()) {
      const wasStarted = started.includes(requestId);
      const own = wasStarted && started.length === 1 ? code : undefined;
      const error = new ThreadEndedError(why, { started: wasStarted, cause: this.#cause, code: own });
      this.#settle(requestId)?.reject(error);
    }
  }
}

async function outcomeOf(state: StateSession | undefined, question: StateQuestion): Promise<AskOutcome> {
  try {
    if (state === undefined) throw new TypeError('A guest has asked for state where there is none');
    return { answer: await state.ask(question) };
  } catch (error) {
    if (isFaasmError(error)) return { error: { code: error.code, message: error.message } };
    // A fault of the host: the call fails, and whoever asks why finds the cause in its result.
    const message = error instanceof Error ? error.message : String(error);
    return { error: { code: 'server.internal', message } };
  }
}

const OUT_OF_MEMORY = 'ERR_WORKER_OUT_OF_MEMORY';
