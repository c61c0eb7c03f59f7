import {
  FaasmError,
  formatFunctionRef,
  type Call,
  type CallId,
  type CallKind,
  type CallLog,
  type CallResult,
  type CallStatus,
  type ErrorCode,
  type FunctionRef,
} from '@faasm/protocol';
import { sortableId, type Clock } from '@faasm/stdx';
import { Alarms } from './alarms.ts';
import { CALL_EVENTS } from './call-events.ts';
import type { CallQueue, EndAnswer, EndReason } from './call-queue.ts';
import { endedResult } from './ended-result.ts';
import type { LogFeed } from './log-feed.ts';
import type { ResultStore } from './result-store.ts';
import type { WaitingCaller } from './waiting-caller.ts';

/** What a caller asks for. */
export interface CallRequest {
  readonly function: FunctionRef;
  readonly input: Uint8Array;
  /** After those of the function. */
  readonly arguments?: readonly string[];
  /** Milliseconds until the deadline; the function's usual time when absent. */
  readonly timeoutMs?: number;
  readonly traceparent?: string;
}

/** What calls of a function are held to before they are accepted. */
export interface CallTerms {
  /** Largest input, in bytes. */
  readonly inputBytesMax: number;
  /** How many arguments it may have, and how many bytes of UTF-8 all of them. */
  readonly argumentRoom: { readonly arguments: number; readonly bytes: number };
  /** Time to the deadline of a call that names none, in milliseconds. */
  readonly timeoutMs: number;
  /** The longest that a call may name, in milliseconds. */
  readonly timeoutMaxMs: number;
}

/** What a gateway works with. */
export interface CallGatewayOptions {
  readonly queue: CallQueue;
  readonly results: ResultStore;
  readonly feed: Pick<LogFeed, 'follow'>;
  /** Asked before a call is accepted; undefined for an unknown function. */
  readonly termsOf: (ref: FunctionRef) => CallTerms | undefined | Promise<CallTerms | undefined>;
  readonly clock: Clock;
}

/**
 * How long after its deadline a synchronous call is left to its worker, which knows more (the log, the version),
 * before the gateway ends it itself: longer than it takes to terminate a thread and to settle.
 */
const DEADLINE_GRACE_MS = 250;

/** Where calls enter: accepts them, waits for synchronous ones, answers for the others by id. */
export class CallGateway {
  readonly #options: CallGatewayOptions;
  readonly #draining = new AbortController();
  readonly #callers: Alarms<WaitingCaller>;
  #hurrying = false;

  constructor(options: CallGatewayOptions) {
    this.#options = options;
    this.#callers = new Alarms(options.clock);
  }

  /** Whether an accepted asynchronous call survives kill -9 of this process. */
  get durable(): boolean {
    return this.#options.queue.durable;
  }

  /** How many callers wait for synchronous calls. */
  get waiting(): number {
    return this.#callers.waiting.length;
  }

  /** Aborts when new calls are refused from now on. */
  get drainSignal(): AbortSignal {
    return this.#draining.signal;
  }

  /** Whether new calls are refused because this process is about to end. */
  get draining(): boolean {
    return this.#draining.signal.aborted;
  }

  /**
   * Runs a function and waits for its end, for the deadline plus a short grace, or until the wait of `caller` is ended,
   * which cancels the call. Throws what {@link submit} throws.
   */
  async call(request: CallRequest, caller: WaitingCaller): Promise<CallResult> {
    const { queue, results } = this.#options;
    const terms = this.#termsOf(request.function);
    const call = this.#callOf('sync', request, terms instanceof Promise ? await terms : terms);
    const accepted = queue.submit(call);
    if (accepted !== undefined) await accepted;
    noteAccepted(call);
    this.#callers.add(caller, call.deadlineAt + DEADLINE_GRACE_MS);
    if (this.#hurrying) caller.end('draining');
    try {
      const status = await results.wait(call.id, caller.signal);
      return status?.result ?? (await this.#endUnanswered(call, caller));
    } finally {
      this.#callers.remove(caller);
    }
  }

  /**
   * Accepts a call to be run later, at least once; it is as durable as the queue when this resolves (I1).
   * Throws `function.unknown`, `request.too_large`, `request.bad_header`, `server.draining`, `queue.full`, `user.limit` or `queue.unavailable`.
   */
  async submit(request: CallRequest): Promise<Call> {
    const call = this.#callOf('async', request, await this.#termsOf(request.function));
    await this.#options.queue.submit(call);
    noteAccepted(call);
    return call;
  }

  /** Throws what a call with so many bytes of input would be refused with now; promises nothing. */
  async checkRoom(ref: FunctionRef, inputBytes: number): Promise<void> {
    await this.#termsOf(ref);
    await this.#options.queue.checkRoom({ user: ref.user, inputBytes });
  }

  /**
   * State of a call; waits for its end until `signal` aborts, where one is given, or the gateway drains.
   * Throws `call.unknown`.
   */
  async status(id: CallId, signal?: AbortSignal): Promise<CallStatus> {
    const { results } = this.#options;
    const status = await (signal === undefined
      ? results.status(id)
      : results.wait(id, AbortSignal.any([signal, this.#draining.signal])));
    if (status !== undefined) return status;
    throw new FaasmError('call.unknown', `Call ${id} is unknown, or its result has expired`);
  }

  /**
   * What a call wrote to its standard streams; its state when it has not ended. Throws `call.unknown`, for a synchronous
   * call too that wrote nothing or whose log has expired.
   */
  async log(id: CallId): Promise<CallLog | CallStatus> {
    const { results } = this.#options;
    const found = (await results.log(id)) ?? (await results.status(id));
    if (found !== undefined) return found;
    const message = `Call ${id} is unknown, its log has expired, or it was synchronous and wrote nothing`;
    throw new FaasmError('call.unknown', message);
  }

  /**
   * Calls `listener` with the logs of calls of a function that end from now on, until the function that is returned is
   * called. Throws `function.unknown`, `server.draining` or `queue.unavailable`.
   */
  async follow(ref: FunctionRef, listener: (log: CallLog) => void): Promise<() => void> {
    await this.#termsOf(ref);
    return await this.#options.feed.follow(ref, listener);
  }

  /** Ends a call that has not ended. Throws `call.unknown` and `call.finished`. */
  async cancel(id: CallId): Promise<void> {
    const answer = await this.#options.queue.end(id, 'call.cancelled');
    const refuse: Record<EndAnswer, () => void> = {
      ended: () => undefined,
      already_done: () => {
        throw new FaasmError('call.finished', `Call ${id} has already ended and cannot be cancelled`);
      },
      unknown: () => {
        throw new FaasmError('call.unknown', `Call ${id} is unknown, or its result has expired`);
      },
    };
    refuse[answer]();
  }

  /** From now on every new call is refused with `server.draining`; those accepted go on. */
  drain(): void {
    this.#draining.abort();
  }

  /** Ends every synchronous call that is still waited for: its caller is answered `server.draining`. */
  hurry(): void {
    this.#hurrying = true;
    for (const caller of this.#callers.waiting) caller.end('draining');
  }

  #callOf(kind: CallKind, request: CallRequest, terms: CallTerms): Call {
    const { clock } = this.#options;
    refuseBeyond(request, terms);
    const acceptedAt = clock.now();
    const call = {
      id: sortableId(clock),
      kind,
      function: request.function,
      input: request.input,
      acceptedAt,
      deadlineAt: acceptedAt + (request.timeoutMs ?? terms.timeoutMs),
    };
    const { traceparent, arguments: args } = request;
    const traced = traceparent === undefined ? call : { ...call, traceparent };
    return args === undefined ? traced : { ...traced, arguments: args };
  }

  /** What a call of the function is held to. Throws when none can be accepted. */
  #termsOf(ref: FunctionRef): CallTerms | Promise<CallTerms> {
    if (this.draining) {
      throw new FaasmError('server.draining', 'Server is shutting down and takes no new calls', {
        retryAfterSeconds: 1,
      });
    }
    const terms = this.#options.termsOf(ref);
    return terms instanceof Promise
      ? terms.then((found) => requireTerms(ref, found))
      : requireTerms(ref, terms);
  }

  /** Nobody answered in time: ends the call, unless its result came in that moment. */
  async #endUnanswered(call: Call, caller: WaitingCaller): Promise<CallResult> {
    const { queue, results, clock } = this.#options;
    const { code, message } = whyUnanswered(call, caller);
    const reason: EndReason = code === 'call.deadline' ? code : 'call.cancelled';
    if ((await queue.end(call.id, reason)) === 'already_done') {
      const status = await results.status(call.id);
      if (status?.result !== undefined) return status.result;
    }
    return endedResult(call, { code, message, finishedAt: clock.now() });
  }
}

function noteAccepted(call: Call): void {
  if (CALL_EVENTS.accepted.hasSubscribers) CALL_EVENTS.accepted.publish({ call });
}

function requireTerms(ref: FunctionRef, terms: CallTerms | undefined): CallTerms {
  if (terms !== undefined) return terms;
  throw new FaasmError('function.unknown', `Function ${formatFunctionRef(ref)} does not exist`);
}

function refuseBeyond(request: CallRequest, { inputBytesMax, timeoutMaxMs, argumentRoom }: CallTerms): void {
  const { input, timeoutMs, arguments: args } = request;
  if (input.byteLength > inputBytesMax) {
    const name = formatFunctionRef(request.function);
    throw new FaasmError(
      'request.too_large',
      `Input of ${input.byteLength} bytes is larger than the limit of function ${name}, ${inputBytesMax} bytes`,
    );
  }
  if (timeoutMs !== undefined && timeoutMs > timeoutMaxMs) {
    const name = formatFunctionRef(request.function);
    throw new FaasmError(
      'request.bad_header',
      `Time-out of ${timeoutMs} ms is longer than the limit of function ${name}, ${timeoutMaxMs} ms`,
    );
  }
  if (args !== undefined) refuseArguments(args, { room: argumentRoom, ref: request.function });
}

/** `room` is what the function's own launch leaves. */
function refuseArguments(
  args: readonly string[],
  { room, ref }: { room: CallTerms['argumentRoom']; ref: FunctionRef },
): void {
  const left = `more than the settings of function ${formatFunctionRef(ref)} leave room for`;
  if (args.length > room.arguments) {
    const message = `Call has ${args.length} arguments, ${left}, ${room.arguments}`;
    throw new FaasmError('request.bad_header', message);
  }
  const bytes = args.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > room.bytes) {
    const message = `Arguments of the call have ${bytes} bytes, ${left}, ${room.bytes} bytes`;
    throw new FaasmError('request.bad_header', message);
  }
}

function whyUnanswered(call: Call, { why }: WaitingCaller): { code: ErrorCode; message: string } {
  if (why === 'left') {
    return {
      code: 'call.cancelled',
      message: `Call ${call.id} was cancelled: its caller closed the connection`,
    };
  }
  if (why === 'draining') {
    return { code: 'server.draining', message: `Call ${call.id} was ended: the server is shutting down` };
  }
  const allowedMs = call.deadlineAt - call.acceptedAt;
  return { code: 'call.deadline', message: `Call ${call.id} did not end within ${allowedMs} ms` };
}
