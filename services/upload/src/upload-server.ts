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

/** How uploads are bounded and prepared. */
export interface UploadTerms {
  readonly moduleBytes: number;
  readonly memoryBytes: number;
  /** Iterations of a loop between two checks, at most. */
  readonly checkInterval: number;
}

/** How this host validates and stores modules. */
export function deployOptions(store: FunctionStore, clock: Clock, terms: UploadTerms): DeployOptions {
  return {
    store,
    clock,
    moduleBytesMax: terms.moduleBytes,
    validate: async (bytes) => await validateModule(bytes, { memoryBytes: terms.memoryBytes }),
    prepare: async (bytes) => await prepareWithoutBlocking(bytes, { checkInterval: terms.checkInterval }),
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
