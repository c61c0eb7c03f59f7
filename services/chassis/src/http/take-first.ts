import type { FastifyInstance } from 'fastify';
import type { ServerResponse } from 'node:http';
import type { WholeBodyRequest } from './whole-body-request.ts';

/** Asks `take` first at each request of a server of ours: what it answers false to goes to the server's routes. */
export function takeFirst(
  { server }: FastifyInstance,
  take: (request: WholeBodyRequest, response: ServerResponse) => boolean,
): void {
  const others = server.listeners('request') as ((...request: unknown[]) => void)[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    if (take(request as WholeBodyRequest, response)) return;
    for (const other of others) other.call(server, request, response);
  });
}
