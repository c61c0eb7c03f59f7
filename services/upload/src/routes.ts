import {
  archiveBytesMax,
  deployArchive,
  deployFunction,
  rollbackFunction,
  type DeployOptions,
} from '@faasm/functions';
import {
  FaasmError,
  formatFunctionRef,
  functionRef,
  LIMITS,
  NAME_PATTERN,
  type FunctionRef,
} from '@faasm/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { Type } from 'typebox';
import { deploymentBody, DeploymentSchema, functionBody, FunctionSchema } from './bodies.ts';
import { TAR_MEDIA_TYPE, WASM_MEDIA_TYPE } from './media-types.ts';
import { sendArchive, sendModule } from './send-version.ts';

interface FunctionParams {
  user: string;
  func: string;
}

/** Largest JSON body, in bytes: it holds one digest. */
const JSON_BYTES_MAX = 4_096;

/** Read of a refused body, so that its sender finds the answer, in bytes: no module and no files may be larger anywhere. */
const DISCARDED_BYTES_MAX = LIMITS.moduleBytes.max + LIMITS.filesBytes.max;

const tags = ['functions'];
const params = Type.Object({ user: Type.String(), func: Type.String() });

/** The routes of the upload service, as a plugin. */
export function uploadRoutes(options: DeployOptions): (server: FastifyInstance) => Promise<void> {
  return async (server) => {
    server.addSchema(FunctionSchema).addSchema(DeploymentSchema);
    readRoutes(server, options);
    changeRoutes(server, options);
    await server.register(async (scope) => {
      putRoute(scope, options);
      await Promise.resolve();
    });
  };
}

/** In a scope of its own, because here any body is a module or an archive that is taken as it streams in. */
function putRoute(server: FastifyInstance, options: DeployOptions): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', (_request, payload, done) => {
    done(null, payload);
  });
  const response = { 200: Type.Ref('Deployment'), 201: Type.Ref('Deployment') };
  server.put<{ Params: FunctionParams }>(
    '/f/:user/:func',
    {
      bodyLimit: archiveBytesMax(options.archiveBounds),
      schema: {
        tags,
        params,
        response,
        consumes: [WASM_MEDIA_TYPE, TAR_MEDIA_TYPE],
        summary: 'Upload a module, or an archive with a module and files, and make it current',
      },
    },
    async (request, reply) => {
      const deployment = await readingToTheEnd({ request, reply }, async () => {
        const ref = refOf(request);
        if (mediaType(request) === TAR_MEDIA_TYPE) return await deployArchive(ref, bodyOf(request), options);
        refuseLength(request, options.moduleBytesMax);
        return await deployFunction(ref, bodyOf(request), options);
      });
      request.log.info(
        {
          reqId: request.id,
          function: formatFunctionRef(deployment.record.function),
          digest: deployment.version.digest,
        },
        'function uploaded',
      );
      void reply.code(deployment.changed ? 201 : 200);
      return deploymentBody(deployment);
    },
  );
}

function readRoutes(server: FastifyInstance, { store }: DeployOptions): void {
  const version = Type.String({ description: 'Digest of the version to download; else the current one' });
  const querystring = Type.Object({ version: Type.Optional(version) });
  server.get<{ Params: FunctionParams; Querystring: { version?: string } }>(
    '/f/:user/:func',
    {
      schema: {
        tags,
        params,
        querystring,
        summary:
          'Describe a function, or download a module (Accept: application/wasm), or an archive with module and files (Accept: application/x-tar)',
      },
    },
    async (request, reply) => {
      const ref = refOf(request);
      const record = await store.describe(ref);
      if (record === undefined) throw unknownFunction(ref);
      const sent = { store, ref, digest: request.query.version ?? record.current };
      const { accept } = request.headers;
      if (accept === WASM_MEDIA_TYPE) return await sendModule(reply, sent);
      return accept === TAR_MEDIA_TYPE ? await sendArchive(reply, sent) : functionBody(record);
    },
  );

  const user = Type.String({ pattern: NAME_PATTERN.source, description: 'Only the functions of this user' });
  const list = Type.Object({ functions: Type.Array(Type.Ref('Function')) });
  server.get<{ Querystring: { user?: string } }>(
    '/f',
    {
      schema: {
        tags,
        querystring: Type.Object({ user: Type.Optional(user) }),
        response: { 200: list },
        summary: 'List functions',
      },
    },
    async (request) => ({ functions: (await store.list(request.query.user)).map(functionBody) }),
  );
}

function changeRoutes(server: FastifyInstance, { store }: DeployOptions): void {
  const body = Type.Object({ digest: Type.String({ description: "A version's digest, or `previous`" }) });
  server.put<{ Params: FunctionParams; Body: { digest: string } }>(
    '/f/:user/:func/current',
    {
      bodyLimit: JSON_BYTES_MAX,
      schema: {
        tags,
        params,
        body,
        response: { 200: Type.Ref('Function') },
        summary: 'Make a stored version current',
      },
    },
    async (request) => functionBody(await rollbackFunction(store, refOf(request), request.body.digest)),
  );

  server.delete<{ Params: FunctionParams }>(
    '/f/:user/:func',
    {
      schema: {
        tags,
        params,
        response: { 204: Type.Null() },
        summary: 'Remove a function with all its versions',
      },
    },
    async (request, reply) => {
      const ref = refOf(request);
      if (!(await store.remove(ref))) throw unknownFunction(ref);
      return await reply.code(204).send();
    },
  );
}

function refOf(request: FastifyRequest<{ Params: FunctionParams }>): FunctionRef {
  return functionRef(request.params.user, request.params.func);
}

function unknownFunction(ref: FunctionRef): FaasmError {
  return new FaasmError('function.unknown', `Function ${formatFunctionRef(ref)} does not exist`);
}

function mediaType(request: FastifyRequest): string | undefined {
  return request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
}

/** A body that announces too much is refused before any of it is read. */
function refuseLength(request: FastifyRequest, maxBytes: number): void {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced <= maxBytes) return;
  throw new FaasmError(
    'module.too_large',
    `Module of ${announced} bytes is larger than the limit of ${maxBytes} bytes`,
  );
}

/** The request's body as it arrives; none where there is none. Whoever stops reading early leaves it open. */
function chunksOf(request: FastifyRequest): AsyncIterable<Uint8Array> | undefined {
  if (request.body === undefined || request.body === null) return undefined;
  return (request.body as IncomingMessage).iterator({ destroyOnReturn: false });
}

/** The bytes of a module. Throws `request.bad_body` when the client breaks off. */
async function* bodyOf(request: FastifyRequest): AsyncGenerator<Uint8Array> {
  try {
    yield* chunksOf(request) ?? [];
  } catch (cause) {
    throw new FaasmError('request.bad_body', 'The body broke off before its end', { cause });
  }
}

/**
 * Runs `action`; when it fails with a part of the body unread, reads that too, up to a bound.
 * Most clients look for an answer only when they have sent everything, and would find a closed connection instead.
 */
async function readingToTheEnd<T>(
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  action: () => Promise<T>,
): Promise<T> {
  try {
    return await action();
  } catch (error) {
    let left: number = DISCARDED_BYTES_MAX;
    try {
      for await (const chunk of chunksOf(request) ?? []) {
        left -= chunk.byteLength;
        if (left < 0) {
          // What is left is too much to read: the answer is the connection's last.
          void reply.header('connection', 'close');
          break;
        }
      }
    } catch {
      // The client has gone: nobody reads the answer either.
    }
    throw error;
  }
}
