import type { Logger, Registry } from '@faasm/adapter-telemetry';
import { createHttpServer, type Readiness } from '@faasm/chassis';
import { validateModule } from '@faasm/faaslet';
import type { FunctionStore } from '@faasm/functions';
import { missingImports } from '@faasm/host-interface';
import type { Clock } from '@faasm/stdx';
import type { FastifyInstance } from 'fastify';
import type { DeployOptions } from '@faasm/functions';
import { prepareWithoutBlocking } from './prepare-in-thread.ts';
import { uploadRoutes } from './routes.ts';

/** What an upload server is made of. */
export interface UploadServerOptions {
  readonly deploy: DeployOptions;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly readiness: Readiness;
  readonly version: string;
}

/** Bounds on uploads, in bytes. */
export interface UploadLimits {
  readonly moduleBytes: number;
  readonly memoryBytes: number;
}

/** How this host validates and stores modules. */
export function deployOptions(store: FunctionStore, clock: Clock, limits: UploadLimits): DeployOptions {
  return {
    store,
    clock,
    moduleBytesMax: limits.moduleBytes,
    validate: async (bytes) => await validateModule(bytes, { memoryBytes: limits.memoryBytes }),
    prepare: prepareWithoutBlocking,
    missingImports,
  };
}

/** The HTTP server of the upload service; the caller makes it listen. */
export async function createUploadServer(options: UploadServerOptions): Promise<FastifyInstance> {
  const { deploy } = options;
  const server = await createHttpServer({
    ...options,
    title: 'Faasm upload',
    bodyBytesMax: deploy.moduleBytesMax,
  });
  await server.register(uploadRoutes(deploy));
  return server;
}
