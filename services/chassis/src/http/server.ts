import { HttpMetrics, type Logger, type Registry } from '@faasm/adapter-telemetry';
import { FaasmError } from '@faasm/protocol';
import swagger from '@fastify/swagger';
import {
  fastify,
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
} from 'fastify';
import { Type } from 'typebox';
import type { Readiness } from './health.ts';
import { PROBLEM_MEDIA_TYPE, problem, ProblemSchema, toFaasmError } from './problem.ts';
import { WholeBodyRequest } from './whole-body-request.ts';

/** What a server is made of. */
export interface HttpServerOptions {
  /** Title of the API in `/openapi.json`. */
  readonly title: string;
  readonly version: string;
  /** Largest body, in bytes; a route may set its own. */
  readonly bodyBytesMax: number;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly readiness: Readiness;
}

/** How long a request may take to arrive, in milliseconds: a client that sends a byte now and then gives up its place. */
const REQUEST_TIMEOUT_MS = 300_000;

/** Names are at most 128 characters, each up to 9 when encoded; longer ones are refused by name, not by the router. */
const PATH_PARAMETER_CHARS_MAX = 4_096;

/**
 * An HTTP server with what every process offers: `/healthz`, `/readyz`, `/metrics`, `/openapi.json`, errors as
 * problem+json, and a metric for each request. Routes are registered by the caller, which also makes it listen.
 */
export async function createHttpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const logger: FastifyBaseLogger = options.logger;
  const server = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    // A child of the logger for each request would cost more than it tells: what is logged names its request itself.
    childLoggerFactory: (shared) => shared,
    bodyLimit: options.bodyBytesMax,
    forceCloseConnections: 'idle',
    http: { IncomingMessage: WholeBodyRequest },
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: PATH_PARAMETER_CHARS_MAX },
    frameworkErrors: (error, _request, reply) => {
      sendProblem(reply, error);
    },
  });
  server.addSchema(ProblemSchema);
  server.setErrorHandler((error: Error, _request, reply) => {
    sendProblem(reply, error);
  });
  server.setNotFoundHandler((request, reply) => {
    sendProblem(
      reply,
      new FaasmError('route.unknown', `No route ${request.method} ${request.url.slice(0, 256)}`),
    );
  });
  measureRequests(server, options.metrics);
  continueWhenReading(server);
  closeConnectionsWhileDraining(server, options.readiness);
  await server.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: options.title, version: options.version } },
    refResolver: { buildLocalReference: nameOfSchema },
  });
  await server.register(operationsRoutes(options));
  return server;
}

/** Answers with an error; what is our fault is logged with its cause and not shown. */
export function sendProblem(reply: FastifyReply, thrown: Error): void {
  const error = toFaasmError(thrown);
  if (error.code === 'server.internal')
    reply.log.error({ err: thrown, reqId: reply.request.id }, 'request failed');
  if (error.retryAfterSeconds !== undefined)
    void reply.header('retry-after', String(error.retryAfterSeconds));
  void reply.code(error.entry.status).type(PROBLEM_MEDIA_TYPE);
  void reply.serializer(JSON.stringify).send(problem(error.code, error.message));
}

/** Shared schemas keep their own names in the API description, instead of `def-0`, `def-1`. */
function nameOfSchema(schema: Record<string, unknown>): string {
  const id = schema['$id'];
  if (typeof id !== 'string') throw new TypeError('A shared schema has no $id');
  return id;
}

function operationsRoutes(options: HttpServerOptions): (server: FastifyInstance) => Promise<void> {
  const { metrics, readiness } = options;
  return async (server) => {
    const tags = ['operations'];
    server.get('/healthz', { schema: { tags, summary: 'The process is alive' } }, () => ({
      status: 'alive',
    }));
    server.get(
      '/readyz',
      { schema: { tags, summary: 'The process can serve; checked at most once a second' } },
      async (_, reply) => {
        const reason = await readiness.reason();
        if (reason === undefined) return { status: 'ready' };
        void reply.code(503);
        return { status: 'not ready', reason: reason.message };
      },
    );
    server.get(
      '/metrics',
      { schema: { tags, summary: 'Metrics in the Prometheus text format' } },
      async (_, reply) => {
        void reply.type(metrics.contentType);
        return await metrics.metrics();
      },
    );
    const hidden = { schema: { hide: true, response: { 200: Type.Any() } } };
    server.get('/openapi.json', hidden, () => server.swagger());
    await Promise.resolve();
  };
}

/** Who waits for `100 Continue` sends no body that is refused: it comes when the body is about to be read, not before. */
function continueWhenReading(server: FastifyInstance): void {
  server.server.on('checkContinue', (request, response) => {
    server.server.emit('request', request, response);
  });
  server.addHook('preParsing', (...[request, reply, , done]) => {
    if (request.headers.expect !== undefined) reply.raw.writeContinue();
    done();
  });
}

/** A connection that a client keeps open would keep a closing server waiting: each answer is its last. */
function closeConnectionsWhileDraining(server: FastifyInstance, readiness: Readiness): void {
  server.addHook('onSend', (...[, reply, payload, done]) => {
    if (readiness.draining) void reply.header('connection', 'close');
    done(null, payload);
  });
}

function measureRequests(server: FastifyInstance, metrics: Registry): void {
  const requests = HttpMetrics.of(metrics);
  server.addHook('onResponse', (request, reply, done) => {
    requests.answered({
      method: request.method,
      route: request.routeOptions.url ?? 'unknown',
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1000,
    });
    done();
  });
}
