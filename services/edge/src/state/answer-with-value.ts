import type { CountStateBytes } from '@faasm/adapter-telemetry';
import { FaasmError, isFaasmError } from '@faasm/protocol';
import { formatStateKey, type GlobalTier, type StateKey, type ValueInfo } from '@faasm/state';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { openDownload, type DownloadTerms } from './download.ts';
import { requestedRange } from './requested-range.ts';
import type { Transfers } from './transfers.ts';
import { entityTag, isKnownVersion, matchedVersion } from './versions.ts';

/** What an answer is made from. */
export interface ValueSources {
  readonly tier: GlobalTier;
  readonly transfers: Transfers;
  readonly countBytes: CountStateBytes;
  /** After this the connection of a client that does not read is closed, in milliseconds: it holds room that others want. */
  readonly stallMs: number;
}

/** A request for a value, and its answer. */
export interface ValueExchange {
  readonly key: StateKey;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Times that a value is begun which others change meanwhile. */
const ATTEMPTS = 3;

/** Answers GET and HEAD: 200, 206, 304, or an error. Once bytes were sent, a change of the value ends the connection. */
export async function answerWithValue(exchange: ValueExchange, sources: ValueSources): Promise<FastifyReply> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await answer(exchange, sources);
    } catch (error) {
      if (attempt === ATTEMPTS || !isFaasmError(error, 'state.changed')) throw error;
    }
  }
}

async function answer(exchange: ValueExchange, sources: ValueSources): Promise<FastifyReply> {
  const { key, request, reply } = exchange;
  const { method, headers } = request;
  const info = await sources.tier.describe(key);
  if (info === undefined) throw unknownValue(key);
  checkMatch(key, info, headers);
  void reply.headers({ etag: entityTag(info.version), 'cache-control': 'no-cache' });
  if (isKnownVersion(headers, info.version)) return await reply.code(304).send();
  void reply.type('application/octet-stream').header('accept-ranges', 'bytes');
  const { sizeBytes } = info;
  if (method === 'HEAD') return await reply.header('content-length', sizeBytes).send();
  const wanted = requestedRange(headers, info);
  if (wanted === 'all')
    return await send(exchange, sources, { info, range: { start: 0, end: sizeBytes }, status: 200 });
  if (wanted !== 'none') {
    void reply.header('content-range', `bytes ${wanted.start}-${wanted.end - 1}/${sizeBytes}`);
    return await send(exchange, sources, { info, range: wanted, status: 206 });
  }
  void reply.header('content-range', `bytes */${sizeBytes}`);
  const message = `Range ${headers.range?.slice(0, 64)} has no byte of ${formatStateKey(key)}, which has ${sizeBytes} bytes`;
  throw new FaasmError('state.bad_range', message);
}

/** What there is to say of a value that is missing. */
export function unknownValue(key: StateKey): FaasmError {
  return new FaasmError('state.unknown', `There is no state value ${formatStateKey(key)}`);
}

function checkMatch(key: StateKey, { version }: ValueInfo, headers: IncomingHttpHeaders): void {
  const expected = matchedVersion(headers);
  if (expected === undefined || expected === version) return;
  throw new FaasmError('state.conflict', `${formatStateKey(key)} has version ${version}, not ${expected}`);
}

async function send(
  exchange: ValueExchange,
  sources: ValueSources,
  terms: Omit<DownloadTerms, 'count'> & { readonly status: 200 | 206 },
): Promise<FastifyReply> {
  const { reply } = exchange;
  const stream = await open(exchange, sources, terms);
  reply.raw.setTimeout(sources.stallMs, () => reply.raw.destroy());
  const { start, end } = terms.range;
  return await reply
    .code(terms.status)
    .header('content-length', end - start)
    .send(stream);
}

/** Holds room for a transfer until the answer has ended, or cannot begin. */
async function open(
  { key, reply: { raw } }: ValueExchange,
  { tier, transfers, countBytes }: ValueSources,
  terms: Omit<DownloadTerms, 'count'>,
): Promise<Readable> {
  const { start, end } = terms.range;
  const leave = transfers.enter(end - start);
  try {
    const stream = await openDownload(tier, key, {
      ...terms,
      count: (bytes) => {
        countBytes('read', bytes);
      },
    });
    // The client may have left meanwhile.
    if (raw.closed) leave();
    else raw.once('close', leave);
    return stream;
  } catch (error) {
    leave();
    throw error;
  }
}
