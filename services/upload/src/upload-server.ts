import type { Logger, Registry } from '@faasm/adapter-telemetry';
import { createHttpServer, type Readiness, type Settings } from '@faasm/chassis';
import { Preparer, validateModule } from '@faasm/faaslet';
import type { FilesBounds } from '@faasm/filesystem';
import type { DeployOptions, FunctionLimits, FunctionStore } from '@faasm/functions';
import { missingImports } from '@faasm/host-interface';
import { Serial, type Clock } from '@faasm/stdx';
import type { FastifyInstance } from 'fastify';
import type { UPLOAD_SETTINGS } from './config.ts';
import { readArchiveWithoutBlocking } from './archive-in-thread.ts';
import { uploadRoutes } from './routes.ts';
import { settingsRoutes } from './settings-routes.ts';

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
  readonly files: FilesBounds;
  /** What functions may be given at most; the first of them is for modules too. */
  readonly operatorsLimits: FunctionLimits;
  /** Iterations of a loop between two checks, at most. */
  readonly checkInterval: number;
}

/** The terms that the settings describe. */
export function uploadTerms(settings: Settings<(typeof UPLOAD_SETTINGS)[number]>): UploadTerms {
  return {
    moduleBytes: settings.MODULE_LIMIT_BYTES,
    files: { bytesMax: settings.FILES_LIMIT_BYTES, entriesMax: settings.FILES_LIMIT_ENTRIES },
    operatorsLimits: {
      memoryBytes: settings.MEMORY_LIMIT_BYTES,
      inputBytes: settings.INPUT_LIMIT_BYTES,
      outputBytes: settings.OUTPUT_LIMIT_BYTES,
      logBytes: settings.LOG_LIMIT_BYTES,
      writtenBytes: settings.WRITES_LIMIT_BYTES,
      writtenEntries: settings.WRITES_LIMIT_ENTRIES,
      descriptors: settings.DESCRIPTORS_MAX,
      timeoutMs: settings.CALL_TIMEOUT_MAX,
    },
    checkInterval: settings.CHECK_INTERVAL,
  };
}

/** How this host validates and stores modules. */
export function deployOptions(store: FunctionStore, clock: Clock, terms: UploadTerms): DeployOptions {
  const { operatorsLimits, moduleBytes: moduleBytesMax, checkInterval } = terms;
  const preparer = new Preparer();
  const serial = new Serial();
  return {
    store,
    clock,
    moduleBytesMax,
    archiveBounds: { ...terms.files, moduleBytesMax },
    readArchive: readArchiveWithoutBlocking,
    oneByOne: async (action) => await serial.run('archives', action),
    operatorsLimits,
    validate: async (bytes) => await validateModule(bytes, { memoryBytes: operatorsLimits.memoryBytes }),
    prepare: async (bytes) => await preparer.objectFiles(bytes, { checkInterval }),
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
  await server.register(settingsRoutes(deploy));
  return server;
}
