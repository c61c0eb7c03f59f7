import { DirectoryFunctionStore, openDataDirectory } from '@faasm/adapter-fs';
import { MemoryBackend, MemoryGlobalTier, MemoryLogFeed } from '@faasm/adapter-memory';
import { Readiness, serviceBase } from '@faasm/chassis';
import { createEdgeServer } from '@faasm/edge';
import { CHECK_INTERVAL } from '@faasm/faaslet';
import { LIMITS } from '@faasm/protocol';
import { CallGateway, type QueueBounds } from '@faasm/scheduler';
import type { Clock } from '@faasm/stdx';
import { createUploadServer, deployOptions } from '@faasm/upload';
import type { FastifyInstance } from 'fastify';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the reference shows of an OpenAPI 3.1 description. */
export interface OpenApi {
  readonly info: { readonly title: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** One method of one path. */
export interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> };
}

/** A parameter in the path, the query or a header. */
export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly description?: string;
}

/** What the edge and the upload service answer at `/openapi.json`. */
export interface OpenApis {
  readonly edge: OpenApi;
  readonly upload: OpenApi;
}

const BOUNDS: QueueBounds = {
  queuedCallsMax: LIMITS.queuedCalls.default,
  queuedBytesMax: LIMITS.queuedBytes.default,
  outstandingCallsPerUserMax: LIMITS.outstandingCallsPerUser.default,
  weightOf: () => 1,
};

/** Makes both servers as the standalone server does, and asks them; neither listens. */
export async function readOpenApi(): Promise<OpenApis> {
  const folder = await mkdtemp(join(tmpdir(), 'faasm-docs-'));
  const directory = await openDataDirectory(folder);
  try {
    const base = serviceBase('start', 'silent');
    const server = { ...base, readiness: new Readiness(async () => await Promise.resolve(), base.clock) };
    const deploy = deployOptions(new DirectoryFunctionStore(directory), base.clock, {
      moduleBytes: LIMITS.moduleBytes.default,
      files: { bytesMax: LIMITS.filesBytes.default, entriesMax: LIMITS.filesEntries.default },
      operatorsLimits: {
        memoryBytes: LIMITS.memoryBytes.default,
        inputBytes: LIMITS.inputBytes.default,
        outputBytes: LIMITS.outputBytes.default,
        logBytes: LIMITS.logBytes.default,
        writtenBytes: LIMITS.writtenBytes.default,
        writtenEntries: LIMITS.writtenEntries.default,
        descriptors: LIMITS.descriptors.default,
        timeoutMs: LIMITS.deadlineMs.max,
      },
      checkInterval: CHECK_INTERVAL,
    });
    const edge = await createEdgeServer({
      ...server,
      gateway: idleGateway(base.clock),
      bounds: BOUNDS,
      inputBytesMax: LIMITS.inputBytes.default,
      timeoutMaxMs: LIMITS.deadlineMs.max,
      state: { tier: new MemoryGlobalTier(base.clock), valueBytesMax: LIMITS.stateBytes.default },
    });
    const upload = await createUploadServer({ ...server, deploy });
    return { edge: await descriptionOf(edge), upload: await descriptionOf(upload) };
  } finally {
    directory.close();
    await rm(folder, { recursive: true });
  }
}

function idleGateway(clock: Clock): CallGateway {
  const queue = new MemoryBackend({
    clock,
    ...BOUNDS,
    resultTtlMs: LIMITS.resultTtlMs.default,
    resultBytesMax: LIMITS.outputBytes.default,
  });
  return new CallGateway({
    queue,
    results: queue,
    feed: new MemoryLogFeed(),
    termsOf: async () => await Promise.resolve(undefined),
    clock,
  });
}

async function descriptionOf(server: FastifyInstance): Promise<OpenApi> {
  const answer = await server.inject({ url: '/openapi.json' });
  await server.close();
  return answer.json();
}
