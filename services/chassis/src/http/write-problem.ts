import type { FaasmError } from '@faasm/protocol';
import { utf8 } from '@faasm/stdx';
import type { ServerResponse } from 'node:http';
import { PROBLEM_MEDIA_TYPE, problem, type Problem } from './problem.ts';

/** Answers with a problem; `headers` are names and values by turns. */
export function writeProblem(response: ServerResponse, body: Problem, headers: readonly string[] = []): void {
  const bytes = utf8(JSON.stringify(body));
  const type = ['content-type', PROBLEM_MEDIA_TYPE, 'content-length', String(bytes.byteLength)];
  response.writeHead(body.status, [...type, ...headers]).end(bytes);
}

/** Answers with an error. */
export function writeError(response: ServerResponse, error: FaasmError): void {
  const { retryAfterSeconds } = error;
  const later = retryAfterSeconds === undefined ? [] : ['retry-after', String(retryAfterSeconds)];
  writeProblem(response, problem(error.code, error.message), later);
}
