import type { Logger, Registry } from '@faasm/adapter-telemetry';
import { createHttpServer, type Readiness } from '@faasm/chassis';
import type { CallGateway } from '@faasm/scheduler';
import type { FastifyInstance } from 'fastify';
import { edgeRoutes } from './routes/index.ts';

/** What an edge's server is made of. */
export interface EdgeServerOptions {
  readonly gateway: CallGateway;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly readiness: Readiness;
  readonly version: string;
  /** Largest input, in bytes. */
  readonly inputBytesMax: number;
  /** Largest `X-Faasm-Timeout`, in milliseconds. */
  readonly timeoutMaxMs: number;
}

/** The HTTP server of an edge; the caller makes it listen. */
export async function createEdgeServer(options: EdgeServerOptions): Promise<FastifyInstance> {
  const { inputBytesMax, gateway, timeoutMaxMs } = options;
  const server = await createHttpServer({ ...options, title: 'Faasm edge', bodyBytesMax: inputBytesMax });
  await server.register(edgeRoutes({ gateway, inputBytesMax, timeoutMaxMs }));
  return server;
}
