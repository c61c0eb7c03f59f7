import { isErrorCode } from '@faasm/protocol';
import {
  Agent as HttpAgent,
  request as startHttp,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as startHttps } from 'node:https';
import { createInterface } from 'node:readline';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CommandError, exitForCode } from './exit-codes.ts';

/** One answer of a server, read to its end. */
export interface Answer {
  readonly url: URL;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A request to a server. */
export interface Ask {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** A stream needs a header `content-length`. */
  readonly body?: Uint8Array | string | Readable;
  readonly headers?: Readonly<Record<string, string>>;
  /** Largest answer that is read, in bytes. */
  readonly answerBytesMax?: number;
  /** Ends the request, which then throws. */
  readonly signal?: AbortSignal;
}

/** Largest answer that is read unless another bound is named, in bytes: the largest output, as base64 in JSON, with room to spare. */
const ANSWER_BYTES_MAX = 256 * 1024 * 1024;

/** Longest part of an answer that is not ours which a message repeats, in characters. */
const FOREIGN_CHARS_MAX = 200;

/**
 * Sends a request to `base`, which has no slash at its end, and reads the whole answer. Waits as long as the server
 * does: a call may take an hour before its first byte, and `fetch` gives up after five minutes. Throws a `CommandError`
 * when there is no answer and for one of 400 or more.
 */
export async function ask(base: string, path: string, options: Ask = {}): Promise<Answer> {
  const url = new URL(base + path);
  const answer = await send(url, { ...options, path: rawPath(base, path) }).catch((error: unknown) => {
    throw error instanceof CommandError ? error : unreachable(url, error);
  });
  if (answer.status >= 400) throw problemError(answer);
  return answer;
}

/**
 * The lines of an answer that does not end by itself; empty ones are left out. Ends when the server ends it or `signal`
 * aborts. Throws as {@link ask} does.
 */
export async function* askForLines(base: string, path: string, signal: AbortSignal): AsyncGenerator<string> {
  try {
    const { response } = await askForStream(base, path, { signal });
    for await (const line of createInterface({ input: response })) if (line !== '') yield line;
  } catch (error) {
    if (signal.aborted) return;
    throw error instanceof CommandError ? error : unreachable(new URL(base + path), error);
  }
}

/** An answer whose body is still to be read. */
export interface StreamedAnswer {
  readonly headers: IncomingHttpHeaders;
  readonly response: IncomingMessage;
}

/** As {@link ask}, for an answer that is read as it comes. */
export async function askForStream(
  base: string,
  path: string,
  { headers = {}, signal }: Pick<Ask, 'headers' | 'signal'>,
): Promise<StreamedAnswer> {
  const url = new URL(base + path);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const start = url.protocol === 'https:' ? startHttps : startHttp;
  start(url, { path: rawPath(base, path), headers, ...(signal && { signal }) }, resolve)
    .once('error', reject)
    .end();
  const response = await promise.catch((error: unknown) => {
    throw unreachable(url, error);
  });
  const { statusCode: status = 0 } = response;
  if (status >= 400)
    throw problemError({
      url,
      status,
      headers: response.headers,
      body: await readBounded(response, ANSWER_BYTES_MAX),
    });
  return { headers: response.headers, response };
}

/**
 * Writes the body of an answer to `target`, which `end` says whether to end. A reader that has gone is no error. Throws a
 * `CommandError` when the server breaks off.
 */
export async function receive(
  { response }: StreamedAnswer,
  target: Writable,
  { end }: { readonly end: boolean },
): Promise<void> {
  try {
    await pipeline(response, target, { end });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EPIPE') return;
    if (code !== 'ECONNRESET') throw error;
    throw new CommandError('unreachable', 'The answer broke off before its end', { cause: error });
  }
}

/** A URL takes `.` and `..` for steps in a path, which a key may be. */
function rawPath(base: string, path: string): string {
  return new URL(base).pathname.replace(/\/$/, '') + path;
}

/** The body of an answer as a JSON object. Throws a `CommandError` when it is none. */
export function jsonOf({ url, status, body }: Answer): Record<string, unknown> {
  const parsed = parseObject(body.toString());
  if (parsed !== undefined) return parsed;
  const shown = JSON.stringify(body.toString().slice(0, FOREIGN_CHARS_MAX));
  throw new CommandError(
    'unreachable',
    `${url.href} answered ${status} with ${shown}, which no Faasm server does`,
  );
}

/**
 * Keeps the connection alive and closes it itself once the answer is there: a server that refuses a body before its end
 * and is asked to close would close at once, and the reset that follows could overtake its answer.
 */
async function send(
  url: URL,
  {
    method = 'GET',
    body,
    headers = {},
    signal,
    answerBytesMax = ANSWER_BYTES_MAX,
    path,
  }: Ask & { readonly path: string },
): Promise<Answer> {
  const secure = url.protocol === 'https:';
  const agent = secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  try {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const start = secure ? startHttps : startHttp;
    const options = { path, method, headers, agent, ...(signal && { signal }) };
    const request = start(url, options, resolve).once('error', reject);
    if (body instanceof Readable) {
      body.once('error', (error) => request.destroy(error)).pipe(request);
    } else {
      request.end(body);
    }
    const response = await promise;
    return {
      url,
      status: response.statusCode ?? 0,
      headers: response.headers,
      body: await readBounded(response, answerBytesMax),
    };
  } finally {
    if (body instanceof Readable) body.destroy();
    agent.destroy();
  }
}

async function readBounded(response: AsyncIterable<Buffer>, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of response) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > bytesMax) throw new RangeError(`its answer is larger than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function unreachable(url: URL, error: unknown): CommandError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = error instanceof Error && error.message !== '' ? error.message : code;
  const hint = code === 'ECONNREFUSED' ? '; start a server with: faasm start' : '';
  return new CommandError('unreachable', `No answer from ${url.origin}: ${reason}${hint}`, { cause: error });
}

function problemError(answer: Answer): CommandError {
  const problem = parseObject(answer.body.toString()) ?? {};
  const { code, detail } = problem;
  if (isErrorCode(code)) return new CommandError(exitForCode(code), String(detail), { code, problem });
  const shown = JSON.stringify(answer.body.toString().slice(0, FOREIGN_CHARS_MAX));
  return new CommandError('unreachable', `${answer.url.href} answered ${answer.status}: ${shown}`);
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
    return isObject ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
