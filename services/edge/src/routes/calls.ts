import { parseCallId, type CallStatus } from '@faasm/protocol';
import type { CallGateway } from '@faasm/scheduler';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { callStatusBody, CallStatusSchema } from '../call-status-body.ts';
import { replyWithResult } from '../reply-with-result.ts';
import { WAIT_MAX_MS, waitSignal } from '../wait-query.ts';

interface CallRequest {
  Params: { id: string };
  Querystring: { wait?: string };
}

const tags = ['calls'];
const params = Type.Object({ id: Type.String() });
const querystring = Type.Object({
  wait: Type.Optional(
    Type.String({ description: `Wait for the end of the call, at most ${WAIT_MAX_MS}ms: 30s` }),
  ),
});

/** `GET /calls/:id` tells the state of a call, `GET /calls/:id/result` its output, `DELETE /calls/:id` cancels it. */
export function callRoutes(server: FastifyInstance, gateway: CallGateway): void {
  server.addSchema(CallStatusSchema);

  server.get<CallRequest>(
    '/calls/:id',
    {
      schema: {
        tags,
        params,
        querystring,
        summary: 'State of a call',
        response: { 200: Type.Ref('CallStatus') },
      },
    },
    async (request, reply) => callStatusBody(await waited(gateway, request, reply)),
  );

  server.get<CallRequest>(
    '/calls/:id/result',
    {
      schema: { tags, params, querystring, summary: 'Output of a call, as its synchronous answer would be' },
    },
    async (request, reply) => {
      const status = await waited(gateway, request, reply);
      if (status.result !== undefined)
        return replyWithResult(reply, { result: status.result, last: gateway.draining });
      return await reply.code(202).header('location', `/calls/${status.id}`).send(callStatusBody(status));
    },
  );

  const Cancelled = Type.Object({ id: Type.String(), state: Type.Literal('cancelled') });
  server.delete<CallRequest>(
    '/calls/:id',
    { schema: { tags, params, summary: 'Cancel a call', response: { 200: Cancelled } } },
    async (request) => {
      const id = parseCallId(request.params.id);
      await gateway.cancel(id);
      return { id, state: 'cancelled' };
    },
  );
}

type Waiting = { readonly params: CallRequest['Params']; readonly query: CallRequest['Querystring'] };

async function waited(gateway: CallGateway, request: Waiting, reply: FastifyReply): Promise<CallStatus> {
  const id = parseCallId(request.params.id);
  const { wait } = request.query;
  if (wait === undefined) return await gateway.status(id);
  return await gateway.status(id, waitSignal(wait, reply));
}
