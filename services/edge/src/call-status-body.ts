import { formatFunctionRef, type CallResult, type CallStatus } from '@faasm/protocol';
import { text } from '@faasm/stdx';
import { Type, type Static } from 'typebox';

/** How a call ended. */
export const OutcomeSchema = Type.Object({
  type: Type.Enum(['success', 'exit', 'error']),
  exitCode: Type.Optional(Type.Integer({ description: 'With the type exit' })),
  code: Type.Optional(Type.String({ description: 'With the type error: a code of the error catalogue' })),
  message: Type.Optional(Type.String({ description: 'With the type error' })),
});

const Timings = Type.Object({ queueMs: Type.Number(), coldMs: Type.Number(), runMs: Type.Number() });

const Result = Type.Object({
  outcome: OutcomeSchema,
  outputBase64: Type.String(),
  stdout: Type.String({ description: 'The last bytes of standard output, as text' }),
  stderr: Type.String({ description: 'The last bytes of standard error, as text' }),
  timings: Timings,
  host: Type.String(),
  version: Type.String({ description: 'SHA-256 of the module that ran' }),
  finishedAt: Type.String({ format: 'date-time' }),
});

/** JSON body of `GET /calls/:id`. */
export const CallStatusSchema = Type.Object(
  {
    id: Type.String(),
    kind: Type.Enum(['sync', 'async']),
    function: Type.String({ description: 'user/name' }),
    state: Type.Enum(['queued', 'running', 'done']),
    acceptedAt: Type.String({ format: 'date-time' }),
    deadlineAt: Type.String({ format: 'date-time' }),
    result: Type.Optional(Result),
  },
  { $id: 'CallStatus' },
);

/** Body of an answer that reports the state of a call. */
export type CallStatusBody = Static<typeof CallStatusSchema>;

/** The call as the outside sees it. */
export function callStatusBody(status: CallStatus): CallStatusBody {
  return {
    id: status.id,
    kind: status.kind,
    function: formatFunctionRef(status.function),
    state: status.state,
    acceptedAt: new Date(status.acceptedAt).toISOString(),
    deadlineAt: new Date(status.deadlineAt).toISOString(),
    ...(status.result === undefined ? {} : { result: resultBody(status.result) }),
  };
}

function resultBody(result: CallResult): Static<typeof Result> {
  return {
    outcome: result.outcome,
    outputBase64: Buffer.from(result.output).toString('base64'),
    stdout: text(result.stdout),
    stderr: text(result.stderr),
    timings: result.timings,
    host: result.host,
    version: result.version,
    finishedAt: new Date(result.finishedAt).toISOString(),
  };
}
