import { functionRef } from '@faasm/protocol';
import { WaitingCaller, type CallGateway, type CallRequest } from '@faasm/scheduler';
import { EMPTY_BYTES } from '@faasm/stdx';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { askForRoom } from '../ask-for-room.ts';
import type { ConnectedCallers } from '../connected-callers.ts';
import type { InputRoom } from '../input-room.ts';
import { readInvocationHeaders } from '../request-headers.ts';
import { replyWithResult } from '../reply-with-result.ts';

/** What the routes of an edge work with. */
export interface EdgeRoutesOptions {
  readonly gateway: CallGateway;
  readonly callers: ConnectedCallers;
  readonly room: InputRoom;
  /** Largest input, in bytes. */
  readonly inputBytesMax: number;
  /** Largest `X-Faasm-Timeout`, in milliseconds. */
  readonly timeoutMaxMs: number;
}

/** Pattern of the route that runs a function and waits. */
export const CALL_ROUTE = '/f/:user/:func';

interface FunctionParams {
  user: string;
  func: string;
}

const schema = {
  tags: ['calls'],
  params: Type.Object({ user: Type.String(), func: Type.String() }),
  headers: Type.Object({
    'x-faasm-timeout': Type.Optional(Type.String({ description: 'Duration such as 500ms or 30s' })),
    'x-faasm-arguments': Type.Optional(
      Type.String({
        description:
          'Arguments of the call, with spaces between them; spaces and % in one are percent-encoded',
      }),
    ),
    traceparent: Type.Optional(Type.String({ description: 'W3C trace context of the caller' })),
  }),
  consumes: ['application/octet-stream'],
};

const Accepted = Type.String({ description: 'The call id; the header Location names its status' });

/** `POST /f/:user/:func` runs a function and answers with its output; `POST /fa/:user/:func` answers with a call id. */
export function invokeRoutes(server: FastifyInstance, options: EdgeRoutesOptions): void {
  const { gateway, callers, inputBytesMax } = options;
  const shared = { bodyLimit: inputBytesMax, onRequest: askForRoom(options) };

  server.post<{ Params: FunctionParams }>(
    CALL_ROUTE,
    { ...shared, schema: { ...schema, summary: 'Run a function and wait for its output' } },
    async (request, reply) => {
      const caller = new WaitingCaller();
      callers.add(request.raw.socket, caller);
      try {
        const result = await gateway.call(callRequest(request, options), caller);
        return replyWithResult(reply, { result, last: gateway.draining });
      } finally {
        callers.remove(request.raw.socket, caller);
      }
    },
  );

  server.post<{ Params: FunctionParams }>(
    '/fa/:user/:func',
    { ...shared, schema: { ...schema, summary: 'Accept a call to run later', response: { 202: Accepted } } },
    async (request, reply) => {
      const { id } = await gateway.submit(callRequest(request, options));
      return await acceptedReply(reply, id)
        .header('x-faasm-durable', String(gateway.durable))
        .send(`${id}\n`);
    },
  );
}

function callRequest(
  request: FastifyRequest<{ Params: FunctionParams }>,
  options: EdgeRoutesOptions,
): CallRequest {
  const { user, func } = request.params;
  return {
    function: functionRef(user, func),
    input: request.body instanceof Uint8Array ? request.body : EMPTY_BYTES,
    ...readInvocationHeaders(request.headers, options.timeoutMaxMs),
  };
}

function acceptedReply(reply: FastifyReply, id: string): FastifyReply {
  return reply
    .code(202)
    .type('text/plain; charset=utf-8')
    .header('location', `/calls/${id}`)
    .header('x-faasm-call-id', id);
}
