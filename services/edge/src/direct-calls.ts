import { toFaasmError, writeError, type WholeBodyRequest } from '@faasm/chassis';
import type { HttpMetrics, Logger } from '@faasm/adapter-telemetry';
import { NAME_PATTERN, type CallResult, type FunctionRef } from '@faasm/protocol';
import { WaitingCaller, type CallGateway, type CallRequest } from '@faasm/scheduler';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { SMALL_BODY_BYTES } from './ask-for-room.ts';
import type { ConnectedCallers } from './connected-callers.ts';
import { readInvocationHeaders } from './request-headers.ts';
import { writeResult } from './write-result.ts';

/** What direct calls work with. */
export interface DirectCallsOptions {
  readonly gateway: CallGateway;
  readonly callers: ConnectedCallers;
  readonly logger: Logger;
  readonly metrics: HttpMetrics;
  /** Pattern of the route that these calls would take, for metrics. */
  readonly route: string;
  /** Largest input that is taken, in bytes. */
  readonly inputBytesMax: number;
  /** Largest `X-Faasm-Timeout`, in milliseconds. */
  readonly timeoutMaxMs: number;
}

const PREFIX = '/f/';

/** Paths whose functions are remembered, at most. */
const REMEMBERED_PATHS_MAX = 1_000;

/**
 * Answers the plainest of requests, `POST /f/USER/FUNCTION` with a small body of known length, without the web framework,
 * whose hooks and objects cost as much as Node's own part. The answers are those of the route.
 */
export class DirectCalls {
  readonly #options: DirectCallsOptions;
  /** Functions by path; none is remembered that was not named well. */
  readonly #functions = new Map<string, FunctionRef>();
  /** The path of the request before: the next one mostly has the same. */
  #newest: { readonly path: string; readonly ref: FunctionRef } | undefined;

  constructor(options: DirectCallsOptions) {
    this.#options = options;
  }

  /** Answers the request, in time. False for one that is to take its route. */
  take(request: WholeBodyRequest, response: ServerResponse): boolean {
    const { gateway, inputBytesMax } = this.#options;
    if (request.method !== 'POST' || gateway.draining) return false;
    const ref = this.#functionOf(request.url ?? '');
    if (ref === undefined || !isPlain(request, inputBytesMax)) return false;
    const startedAt = performance.now();
    request.takeBody((input) => {
      this.#answer({ request, response, startedAt }, { function: ref, input });
    });
    return true;
  }

  #answer({ request, response, startedAt }: Exchange, call: CallRequest): void {
    const { gateway, callers, logger, metrics, route } = this.#options;
    const { socket } = request;
    const caller = new WaitingCaller();
    callers.add(socket, caller);
    const answered = (): void => {
      callers.remove(socket, caller);
      const seconds = (performance.now() - startedAt) / 1000;
      metrics.answered({ method: 'POST', route, status: response.statusCode, seconds });
    };
    const failed = (thrown: unknown): void => {
      const error = toFaasmError(asError(thrown));
      if (error.code === 'server.internal') logger.error({ err: thrown }, 'request failed');
      if (gateway.draining) response.shouldKeepAlive = false;
      writeError(response, error);
      answered();
    };
    const ended = (result: CallResult): void => {
      // A connection that its client keeps open would keep a closing server waiting.
      if (gateway.draining) response.shouldKeepAlive = false;
      writeResult(response, result);
      answered();
    };
    this.#call(request, { call, caller }).then(ended, failed);
  }

  #call(
    { headers }: IncomingMessage,
    { call, caller }: { call: CallRequest; caller: WaitingCaller },
  ): Promise<CallResult> {
    const { gateway, timeoutMaxMs } = this.#options;
    try {
      const asked = readInvocationHeaders(headers, timeoutMaxMs);
      return gateway.call(asked === undefined ? call : { ...call, ...asked }, caller);
    } catch (error) {
      return Promise.reject(asError(error));
    }
  }

  #functionOf(path: string): FunctionRef | undefined {
    if (this.#newest?.path === path) return this.#newest.ref;
    const ref = this.#functions.get(path) ?? this.#remembered(path);
    if (ref !== undefined) this.#newest = { path, ref };
    return ref;
  }

  #remembered(path: string): FunctionRef | undefined {
    const ref = plainFunctionRef(path);
    if (ref === undefined) return undefined;
    if (this.#functions.size >= REMEMBERED_PATHS_MAX) this.#functions.clear();
    this.#functions.set(path, ref);
    return ref;
  }
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** When the request came, by the monotone clock, in milliseconds. */
  readonly startedAt: number;
}

/** The function that a path names, if nothing of it needs to be decoded or refused. */
function plainFunctionRef(path: string): FunctionRef | undefined {
  if (!path.startsWith(PREFIX)) return undefined;
  const slash = path.indexOf('/', PREFIX.length);
  const end = path.endsWith('/') ? path.length - 1 : path.length;
  if (slash < 0 || slash >= end) return undefined;
  const user = path.slice(PREFIX.length, slash);
  const name = path.slice(slash + 1, end);
  return NAME_PATTERN.test(user) && NAME_PATTERN.test(name) ? { user, name } : undefined;
}

/** Whether the request has a small body of known length that is sent without being asked for. */
function isPlain({ headers }: IncomingMessage, bytesMax: number): boolean {
  if (headers['transfer-encoding'] !== undefined || headers.expect !== undefined) return false;
  return Number(headers['content-length'] ?? 0) <= Math.min(SMALL_BODY_BYTES, bytesMax);
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
