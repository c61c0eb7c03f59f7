import { isErrorCode, type ErrorCode } from '@faasm/protocol';
import { CommandError, type ExitName } from './exit-codes.ts';

/** One answer of a server, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** A request to a server. */
export interface Ask {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: Uint8Array<ArrayBuffer> | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A problem that a server reported, with the exit that it calls for. */
export class ProblemError extends CommandError {
  readonly problem: Readonly<Record<string, unknown>>;

  constructor(exit: ExitName, message: string, problem: Readonly<Record<string, unknown>>) {
    super(exit, message);
    this.problem = problem;
  }
}

/** Sends a request. Throws a `CommandError` when there is no answer, and a `ProblemError` for one of 400 or more. */
export async function ask(
  base: string,
  path: string,
  { method = 'GET', body, headers = {} }: Ask = {},
): Promise<Answer> {
  const response = await request(base, path, { method, headers, ...(body === undefined ? {} : { body }) });
  const answer = {
    status: response.status,
    headers: response.headers,
    body: Buffer.from(await response.arrayBuffer()),
  };
  if (answer.status >= 400) throw problemError(answer);
  return answer;
}

/** The body of an answer as JSON. */
export function jsonOf(answer: Answer): Record<string, unknown> {
  return JSON.parse(answer.body.toString()) as Record<string, unknown>;
}

async function request(base: string, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(new URL(path, base), init);
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new CommandError(
      'unreachable',
      `No answer from ${base} (${cause}); is the server running? Start one with: faasm start`,
    );
  }
}

function problemError(answer: Answer): CommandError {
  const isProblem = (answer.headers.get('content-type') ?? '').startsWith('application/problem+json');
  if (!isProblem)
    return new CommandError(
      'unreachable',
      `Server answered ${answer.status}: ${answer.body.toString().slice(0, 500)}`,
    );
  const problem = jsonOf(answer);
  const { code, detail } = problem;
  return new ProblemError(exitFor(answer.status, code), `${String(code)}: ${String(detail)}`, problem);
}

/** How a command exits for an answer's status and code. */
function exitFor(status: number, code: unknown): ExitName {
  if (isErrorCode(code) && DEADLINE_CODES.has(code)) return 'deadline';
  if (isErrorCode(code) && code.startsWith('guest.')) return 'callFailed';
  if (status === 404) return 'notFound';
  if (status === 429 || status === 503) return 'refused';
  return status < 500 ? 'usage' : 'unreachable';
}

const DEADLINE_CODES: ReadonlySet<ErrorCode> = new Set(['call.deadline', 'call.cancelled']);
