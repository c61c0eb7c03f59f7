import { HttpMetrics, type Logger, type Registry } from '@faasm/adapter-telemetry';
import { createHttpServer, takeFirst, type Readiness } from '@faasm/chassis';
import type { CallGateway, QueueBounds } from '@faasm/scheduler';
import type { FastifyInstance } from 'fastify';
import { ConnectedCallers } from './connected-callers.ts';
import { DirectCalls } from './direct-calls.ts';
import { InputRoom } from './input-room.ts';
import { CALL_ROUTE, edgeRoutes } from './routes/index.ts';

/** What an edge's server is made of. */
export interface EdgeServerOptions {
  readonly gateway: CallGateway;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly readiness: Readiness;
  readonly version: string;
  /** Bounds of the queue, and of the inputs that this process holds. */
  readonly bounds: QueueBounds;
  /** Largest input, in bytes. */
  readonly inputBytesMax: number;
  /** Largest `X-Faasm-Timeout`, in milliseconds. */
  readonly timeoutMaxMs: number;
}

/** The HTTP server of an edge; the caller makes it listen. */
export async function createEdgeServer(options: EdgeServerOptions): Promise<FastifyInstance> {
  const { inputBytesMax, gateway, timeoutMaxMs, bounds } = options;
  const server = await createHttpServer({ ...options, title: 'Faasm edge', bodyBytesMax: inputBytesMax });
  const callers = new ConnectedCallers();
  const shared = { gateway, callers, inputBytesMax, timeoutMaxMs };
  await server.register(edgeRoutes({ ...shared, room: new InputRoom(bounds) }));
  const metrics = HttpMetrics.of(options.metrics);
  const direct = new DirectCalls({ ...shared, metrics, logger: options.logger, route: CALL_ROUTE });
  takeFirst(server, (request, response) => direct.take(request, response));
  return server;
}
