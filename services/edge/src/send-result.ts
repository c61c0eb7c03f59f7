import { PROBLEM_MEDIA_TYPE, problem, type ProblemExtras } from '@faasm/chassis';
import { ERROR_CATALOGUE, type CallResult, type ErrorCode } from '@faasm/protocol';
import { text } from '@faasm/stdx';
import type { FastifyReply } from 'fastify';

/** How much of a failed call's output its problem carries, in bytes: enough to see, small enough to log. */
const PROBLEM_OUTPUT_BYTES_MAX = 65_536;

const THREE_DIGITS = Array.from({ length: 1_000 }, (_, i) => String(i).padStart(3, '0'));

/** Seconds that a caller is asked to wait after an outcome that a later attempt may not meet. */
const RETRY_AFTER_SECONDS = '1';

/** Answers with the outcome of a call: the output itself, or a problem that tells why there is none. */
export function sendResult(reply: FastifyReply, result: CallResult): FastifyReply {
  const { outcome } = result;
  if (outcome.type === 'success') {
    sendOutput(reply, result);
    return reply;
  }
  void reply.header('x-faasm-call-id', result.id);
  void reply.header('server-timing', serverTiming(result));
  if (outcome.type === 'exit') {
    void reply.header('x-faasm-exit-code', String(outcome.exitCode));
    const extras = { ...guestExtras(result), exitCode: outcome.exitCode };
    return sendFailure(reply, 'guest.exit', {
      detail: `Function ended with exit code ${outcome.exitCode}`,
      extras,
    });
  }
  return sendFailure(reply, outcome.code, { detail: outcome.message, extras: guestExtras(result) });
}

/**
 * Writes a success past fastify's reply, which keeps headers in a dictionary: at every call that costs as much as all the
 * rest of answering.
 */
function sendOutput(reply: FastifyReply, result: CallResult): void {
  const { output } = result;
  const type = ['content-type', 'application/octet-stream', 'content-length', String(output.byteLength)];
  const own = ['x-faasm-call-id', result.id, 'server-timing', serverTiming(result)];
  reply.hijack();
  reply.raw.writeHead(200, [...type, ...own]).end(output);
}

function sendFailure(
  reply: FastifyReply,
  code: ErrorCode,
  body: { detail: string; extras: ProblemExtras },
): FastifyReply {
  const { status } = ERROR_CATALOGUE[code];
  if (status === 503) void reply.header('retry-after', RETRY_AFTER_SECONDS);
  void reply.code(status).type(PROBLEM_MEDIA_TYPE).serializer(JSON.stringify);
  return reply.send(problem(code, body.detail, body.extras));
}

function guestExtras(result: CallResult): ProblemExtras {
  const output = result.output.subarray(0, PROBLEM_OUTPUT_BYTES_MAX);
  return {
    callId: result.id,
    ...(result.stderr.byteLength === 0 ? {} : { stderr: text(result.stderr) }),
    ...(output.byteLength === 0 ? {} : { outputBase64: asBuffer(output).toString('base64') }),
    ...(output.byteLength === result.output.byteLength ? {} : { outputTruncated: true }),
  };
}

/** Source of the form: https://www.w3.org/TR/server-timing/. Durations in milliseconds. */
function serverTiming({ timings }: CallResult): string {
  const { queueMs, coldMs, runMs } = timings;
  return `queue;dur=${threeDecimals(queueMs)}, cold;dur=${threeDecimals(coldMs)}, run;dur=${threeDecimals(runMs)}`;
}

/** What `toFixed(3)` gives, which is slower than all the rest of the header; at least 0. */
function threeDecimals(value: number): string {
  const thousandths = Math.round(value * 1000);
  return `${Math.trunc(thousandths / 1000)}.${THREE_DIGITS[thousandths % 1000]}`;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
