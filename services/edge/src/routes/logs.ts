import { FaasmError, functionRef, parseCallId } from '@faasm/protocol';
import type { CallGateway } from '@faasm/scheduler';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { once } from 'node:events';
import { Type } from 'typebox';
import { callLogBody, CallLogSchema } from '../call-log-body.ts';
import { callStatusBody } from '../call-status-body.ts';
import { LogStream } from '../log-stream.ts';

/** Connections of one process that follow logs. */
const FOLLOWERS_MAX = 100;

/** How often an empty line is sent, in milliseconds: below the idle time-outs of common proxies. */
const BEAT_MS = 15_000;

const RETRY_AFTER_SECONDS = 10;

const tags = ['logs'];

/** `GET /calls/:id/logs` tells what a call wrote; `GET /f/:user/:func/logs` shows it of all calls of a function as they end. */
export function logRoutes(server: FastifyInstance, gateway: CallGateway): void {
  server.addSchema(CallLogSchema);
  server.get<{ Params: { id: string } }>(
    '/calls/:id/logs',
    {
      schema: {
        tags,
        params: Type.Object({ id: Type.String() }),
        summary: 'What a call wrote to its standard streams',
        response: { 200: Type.Ref('CallLog'), 202: Type.Ref('CallStatus') },
      },
    },
    async (request, reply) => {
      const log = await gateway.log(parseCallId(request.params.id));
      if ('stdout' in log) return callLogBody(log);
      return await reply.code(202).header('location', `/calls/${log.id}`).send(callStatusBody(log));
    },
  );

  let followers = 0;
  server.get<{ Params: { user: string; func: string } }>(
    '/f/:user/:func/logs',
    {
      schema: {
        tags,
        params: Type.Object({ user: Type.String(), func: Type.String() }),
        produces: ['application/x-ndjson'],
        summary:
          'Logs of the calls of a function as they end: a line of JSON for each, until the client leaves',
      },
    },
    async (request, reply) => {
      const ref = functionRef(request.params.user, request.params.func);
      if (followers === FOLLOWERS_MAX) throw tooMany();
      followers += 1;
      const stream = new LogStream(reply.raw);
      try {
        const stop = await gateway.follow(ref, (log) => {
          stream.show(log);
        });
        reply.hijack();
        // The client may have left meanwhile.
        if (!reply.raw.closed) await sendUntilClosed(reply, { stream, drainSignal: gateway.drainSignal });
        stop();
      } finally {
        followers -= 1;
      }
    },
  );
}

/** Begins the answer; resolves at its end, when the client leaves or the process is about to end. */
async function sendUntilClosed(
  { raw }: FastifyReply,
  { stream, drainSignal }: { stream: LogStream; drainSignal: AbortSignal },
): Promise<void> {
  const closed = once(raw, 'close');
  const headers = {
    'content-type': 'application/x-ndjson',
    'cache-control': 'no-store',
    connection: 'close',
  };
  // A proxy that gathered lines would show them late.
  raw.writeHead(200, { ...headers, 'x-accel-buffering': 'no' });
  raw.flushHeaders();
  const timer = setInterval(() => {
    stream.beat();
  }, BEAT_MS);
  const end = (): void => {
    raw.end();
  };
  drainSignal.addEventListener('abort', end, { once: true });
  if (drainSignal.aborted) end();
  await closed;
  clearInterval(timer);
  drainSignal.removeEventListener('abort', end);
}

function tooMany(): FaasmError {
  return new FaasmError(
    'logs.busy',
    `Logs are followed by ${FOLLOWERS_MAX} clients, the most that one process has`,
    {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    },
  );
}
