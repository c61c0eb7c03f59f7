import { problem, writeProblem, type ProblemExtras } from '@faasm/chassis';
import type { CallResult } from '@faasm/protocol';
import { text } from '@faasm/stdx';
import type { ServerResponse } from 'node:http';

/** How much of a failed call's output its problem carries, in bytes: enough to see, small enough to log. */
const PROBLEM_OUTPUT_BYTES_MAX = 65_536;

/** Outputs up to this many bytes are sent as a string: Node sends the headers and it with one write, and a buffer with two. */
const STRING_BYTES_MAX = 4_096;

const THREE_DIGITS = Array.from({ length: 1_000 }, (_, i) => String(i).padStart(3, '0'));

/** Seconds that a caller is asked to wait after an outcome that a later attempt may not meet. */
const RETRY_AFTER_SECONDS = '1';

/** Answers with the outcome of a call: the output itself, or a problem that tells why there is none. */
export function writeResult(response: ServerResponse, result: CallResult): void {
  const { outcome, output } = result;
  const own = ['x-faasm-call-id', result.id, 'server-timing', serverTiming(result)];
  if (outcome.type === 'success') {
    own.push('content-type', 'application/octet-stream', 'content-length', String(output.byteLength));
    response.writeHead(200, own);
    if (output.byteLength > STRING_BYTES_MAX) response.end(output);
    else response.end(asBuffer(output).toString('latin1'), 'latin1');
    return;
  }
  const extras = guestExtras(result);
  if (outcome.type === 'exit') {
    const { exitCode } = outcome;
    const body = problem('guest.exit', `Function ended with exit code ${exitCode}`, { ...extras, exitCode });
    writeProblem(response, body, [...own, 'x-faasm-exit-code', String(exitCode)]);
    return;
  }
  const body = problem(outcome.code, outcome.message, extras);
  const later = body.status === 503 ? ['retry-after', RETRY_AFTER_SECONDS] : [];
  writeProblem(response, body, [...own, ...later]);
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
