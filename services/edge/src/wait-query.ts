import { FaasmError } from '@faasm/protocol';
import { parseDurationMs } from '@faasm/stdx';
import type { FastifyReply } from 'fastify';

/** Longest wait of one request, in milliseconds: below the idle time-outs of common proxies. */
export const WAIT_MAX_MS = 55_000;

/** Aborts when the time of `?wait=30s` is over, or the caller has gone. Throws `request.bad_query`. */
export function waitSignal(wait: string, reply: FastifyReply): AbortSignal {
  const waitMs = parseDurationMs(wait);
  if (waitMs === undefined) {
    throw new FaasmError(
      'request.bad_query',
      `Query wait=${JSON.stringify(wait.slice(0, 64))} is not a duration such as 30s`,
    );
  }
  const callerGone = new AbortController();
  reply.raw.once('close', () => {
    callerGone.abort();
  });
  const timeUp = AbortSignal.timeout(Math.min(waitMs, WAIT_MAX_MS));
  return AbortSignal.any([timeUp, callerGone.signal]);
}
