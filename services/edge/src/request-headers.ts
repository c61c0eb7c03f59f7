import { FaasmError } from '@faasm/protocol';
import { parseDurationMs } from '@faasm/stdx';
import type { IncomingHttpHeaders } from 'node:http';
import { readCallArguments } from './call-arguments.ts';

/** What an invocation's headers say. */
export interface InvocationHeaders {
  readonly timeoutMs?: number;
  readonly arguments?: readonly string[];
  readonly traceparent?: string;
}

/** W3C trace context, version 00: https://www.w3.org/TR/trace-context/#traceparent-header. */
const TRACEPARENT_PATTERN = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * Reads the headers of an invocation; undefined when they say nothing. Throws `request.bad_header`. A malformed `traceparent` is ignored, as its
 * specification asks; an `Idempotency-Key` is refused, because a client that sends one relies on it.
 */
export function readInvocationHeaders(
  headers: IncomingHttpHeaders,
  timeoutMaxMs: number,
): InvocationHeaders | undefined {
  if (headers['idempotency-key'] !== undefined) {
    throw new FaasmError(
      'request.bad_header',
      'Header Idempotency-Key is not supported: each request is a call of its own',
    );
  }
  const timeout = headers['x-faasm-timeout'];
  const args = headers['x-faasm-arguments'];
  const traceparent = headers['traceparent'];
  if (timeout === undefined && args === undefined && traceparent === undefined) return undefined;
  return {
    ...(timeout === undefined ? {} : { timeoutMs: readTimeoutMs(String(timeout), timeoutMaxMs) }),
    ...(args === undefined ? {} : { arguments: readCallArguments(String(args)) }),
    ...(typeof traceparent === 'string' && TRACEPARENT_PATTERN.test(traceparent) ? { traceparent } : {}),
  };
}

function readTimeoutMs(value: string, maxMs: number): number {
  const timeoutMs = parseDurationMs(value);
  if (timeoutMs !== undefined && timeoutMs >= 1 && timeoutMs <= maxMs) return timeoutMs;
  throw new FaasmError(
    'request.bad_header',
    `Header X-Faasm-Timeout ${JSON.stringify(value.slice(0, 64))} is not a duration from 1ms to ${maxMs}ms, such as 500ms or 30s`,
  );
}
