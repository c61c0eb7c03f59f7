import { ERROR_CATALOGUE, FaasmError, isFaasmError, type ErrorCode } from '@faasm/protocol';
import type { FastifyError } from 'fastify';
import { Type, type Static } from 'typebox';

/** Body of every answer that reports an error: application/problem+json (RFC 9457) with the catalogue's code. */
export const ProblemSchema = Type.Object(
  {
    type: Type.String({ description: 'Names the error for machines; the error reference describes it' }),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: 'Code of the error catalogue' }),
    detail: Type.String({ description: 'Names the thing, the value and the bound' }),
    callId: Type.Optional(Type.String()),
    exitCode: Type.Optional(Type.Integer()),
    stderr: Type.Optional(Type.String({ description: 'The last bytes of standard error, as text' })),
    outputBase64: Type.Optional(Type.String()),
    outputTruncated: Type.Optional(Type.Boolean()),
  },
  { $id: 'Problem', additionalProperties: false },
);

/** Body of an answer that reports an error (RFC 9457). */
export type Problem = Static<typeof ProblemSchema>;

/** Media type of a {@link Problem}. */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json; charset=utf-8';

/** What is known of a failed call besides its error. */
export type ProblemExtras = Pick<
  Problem,
  'callId' | 'exitCode' | 'stderr' | 'outputBase64' | 'outputTruncated'
>;

/** The body that reports `code`. */
export function problem(code: ErrorCode, detail: string, extras: ProblemExtras = {}): Problem {
  const { status, title } = ERROR_CATALOGUE[code];
  return { type: `urn:faasm:error:${code}`, title, status, code, detail, ...extras };
}

/** The catalogue's error for whatever a route or the framework threw. Unknown ones become `server.internal`. */
export function toFaasmError(error: FastifyError | Error): FaasmError {
  if (isFaasmError(error)) return error;
  const code = 'code' in error ? error.code : undefined;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new FaasmError('request.too_large', error.message, { cause: error });
  if (code === 'FST_ERR_BAD_URL') return new FaasmError('request.bad_path', error.message, { cause: error });
  if (code === 'FST_ERR_VALIDATION') {
    const inQuery = 'validationContext' in error && error.validationContext === 'querystring';
    return new FaasmError(inQuery ? 'request.bad_query' : 'request.bad_body', capitalized(error.message), {
      cause: error,
    });
  }
  if ('statusCode' in error && typeof error.statusCode === 'number' && error.statusCode < 500) {
    return new FaasmError('request.bad_body', error.message, { cause: error });
  }
  return new FaasmError('server.internal', 'The server failed to answer this request', { cause: error });
}

function capitalized(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1);
}
