import type { FastifyInstance } from 'fastify';
import { callRoutes } from './calls.ts';
import { invokeRoutes, type EdgeRoutesOptions } from './invoke.ts';
import { logRoutes } from './logs.ts';

export { CALL_ROUTE, type EdgeRoutesOptions } from './invoke.ts';

/** The routes of an edge, as a plugin. Bodies of any media type are taken as bytes. */
export function edgeRoutes(options: EdgeRoutesOptions): (server: FastifyInstance) => Promise<void> {
  return async (server) => {
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
      done(null, body);
    });
    invokeRoutes(server, options);
    callRoutes(server, options.gateway);
    logRoutes(server, options.gateway);
    await Promise.resolve();
  };
}
