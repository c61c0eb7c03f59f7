import { countStateBytes, HttpMetrics, type Logger, type Registry } from '@faasm/adapter-telemetry';
import { createHttpServer, takeFirst, type Readiness } from '@faasm/chassis';
import type { CallGateway, QueueBounds } from '@faasm/scheduler';
import type { FastifyInstance } from 'fastify';
import { ConnectedCallers } from './connected-callers.ts';
import { DirectCalls } from './direct-calls.ts';
import { InputRoom } from './input-room.ts';
import { CALL_ROUTE, edgeRoutes } from './routes/index.ts';
import { stateRoutes, type StateRoutesOptions } from './routes/state.ts';

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
  /** State values; without them this edge has no routes for them. */
  readonly state?: Pick<StateRoutesOptions, 'tier' | 'valueBytesMax'>;
}

/** How long a client may read nothing of a state value that is sent, in milliseconds. */
const STATE_STALL_MS = 60_000;

/** The HTTP server of an edge; the caller makes it listen. */
export async function createEdgeServer(options: EdgeServerOptions): Promise<FastifyInstance> {
  const { inputBytesMax, gateway, timeoutMaxMs, bounds, state } = options;
  const server = await createHttpServer({ ...options, title: 'Faasm edge', bodyBytesMax: inputBytesMax });
  const callers = new ConnectedCallers();
  const shared = { gateway, callers, inputBytesMax, timeoutMaxMs };
  await server.register(edgeRoutes({ ...shared, room: new InputRoom(bounds) }));
  if (state !== undefined) {
    const countBytes = countStateBytes(options.metrics);
    const { drainSignal } = gateway;
    await server.register(stateRoutes({ ...state, countBytes, stallMs: STATE_STALL_MS, drainSignal }));
  }
  const metrics = HttpMetrics.of(options.metrics);
  const direct = new DirectCalls({ ...shared, metrics, logger: options.logger, route: CALL_ROUTE });
  takeFirst(server, (request, response) => direct.take(request, response));
  return server;
}
