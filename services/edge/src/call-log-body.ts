import { formatFunctionRef, type CallLog } from '@faasm/protocol';
import { text } from '@faasm/stdx';
import { Type, type Static } from 'typebox';
import { OutcomeSchema } from './call-status-body.ts';

/** JSON of a call's log: of `GET /calls/:id/logs`, and a line for each call of `GET /f/:user/:func/logs`. */
export const CallLogSchema = Type.Object(
  {
    id: Type.String(),
    function: Type.String({ description: 'user/name' }),
    finishedAt: Type.String({ format: 'date-time' }),
    outcome: OutcomeSchema,
    stdout: Type.String({ description: 'The last bytes of standard output, as text' }),
    stderr: Type.String({ description: 'The last bytes of standard error, as text' }),
  },
  { $id: 'CallLog' },
);

/** The log as the outside sees it. */
export function callLogBody(log: CallLog): Static<typeof CallLogSchema> {
  return {
    id: log.id,
    function: formatFunctionRef(log.function),
    finishedAt: new Date(log.finishedAt).toISOString(),
    outcome: log.outcome,
    stdout: text(log.stdout),
    stderr: text(log.stderr),
  };
}
