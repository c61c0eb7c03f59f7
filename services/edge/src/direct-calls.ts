import { toFaasmError, writeError } from '@faasm/chassis';
import type { HttpMetrics, Logger } from '@faasm/adapter-telemetry';
import { NAME_PATTERN, type FunctionRef } from '@faasm/protocol';
import { WaitingCaller, type CallGateway } from '@faasm/scheduler';
import { EMPTY_BYTES } from '@faasm/stdx';
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

/**
 * Answers the plainest of requests, `POST /f/USER/FUNCTION` with a small body of known length, without the web framework,
 * whose hooks and objects cost as much as Node's own part. Returns false for any other, which then takes its route: the
 * answers are the same.
 */
export function directCalls(
  options: DirectCallsOptions,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    if (request.method !== 'POST' || options.gateway.draining) return false;
    const ref = plainFunctionRef(request.url ?? '');
    if (ref === undefined || !isPlain(request, options.inputBytesMax)) return false;
    const startedAt = performance.now();
    readBody(request, (input) => {
      void answer(response, { ref, input, startedAt, request, options });
    });
    return true;
  };
}

interface DirectCall {
  readonly ref: FunctionRef;
  readonly input: Uint8Array;
  readonly startedAt: number;
  readonly request: IncomingMessage;
  readonly options: DirectCallsOptions;
}

/** Never rejects. */
async function answer(response: ServerResponse, call: DirectCall): Promise<void> {
  const { ref, input, startedAt, request, options } = call;
  const { gateway, callers, logger, metrics, route, timeoutMaxMs } = options;
  const { socket } = request;
  const caller = new WaitingCaller();
  callers.add(socket, caller);
  try {
    const terms = readInvocationHeaders(request.headers, timeoutMaxMs);
    const result = await gateway.call({ function: ref, input, ...terms }, caller);
    // A connection that its client keeps open would keep a closing server waiting.
    if (gateway.draining) response.shouldKeepAlive = false;
    writeResult(response, result);
  } catch (thrown) {
    const error = toFaasmError(thrown instanceof Error ? thrown : new Error(String(thrown)));
    if (error.code === 'server.internal') logger.error({ err: thrown }, 'request failed');
    if (gateway.draining) response.shouldKeepAlive = false;
    writeError(response, error);
  } finally {
    callers.remove(socket, caller);
    const seconds = (performance.now() - startedAt) / 1000;
    metrics.answered({ method: 'POST', route, status: response.statusCode, seconds });
  }
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

/** Hands over the body once it is there; never if the client leaves before. */
function readBody(request: IncomingMessage, take: (body: Uint8Array) => void): void {
  let body: Buffer | undefined;
  request.on('data', (part: Buffer) => {
    body = body === undefined ? part : Buffer.concat([body, part]);
  });
  request.on('end', () => {
    take(body ?? EMPTY_BYTES);
  });
}
