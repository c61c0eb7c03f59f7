import type { CountStateBytes } from '@faasm/adapter-telemetry';
import { FaasmError } from '@faasm/protocol';
import { checkUser, stateKey, type GlobalTier, type StateKey } from '@faasm/state';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { StateListSchema, StateValueSchema } from '../state-bodies.ts';
import { answerWithValue, unknownValue, type ValueSources } from '../state/answer-with-value.ts';
import { expectValue, takeValue } from '../state/take-value.ts';
import { Transfers } from '../state/transfers.ts';
import { entityTag, expectedVersion, isKnownVersion } from '../state/versions.ts';
import { waitForChange } from '../state/wait-for-change.ts';
import { WAIT_MAX_MS, waitSignal } from '../wait-query.ts';

/** What the routes of state work with. */
export interface StateRoutesOptions {
  readonly tier: GlobalTier;
  /** Largest value that is written, in bytes. */
  readonly valueBytesMax: number;
  /** After this the connection of a client that does not read is closed, in milliseconds. */
  readonly stallMs: number;
  readonly countBytes: CountStateBytes;
  /** Ends waits when the process is about to end. */
  readonly drainSignal: AbortSignal;
}

interface KeyRequest {
  Params: { user: string; '*': string };
}

interface ReadRequest extends KeyRequest {
  Querystring: { wait?: string };
}

const ROUTE = '/s/:user/*';

const LIST_LIMIT = 100;
const LIST_LIMIT_MAX = 1_000;

const tags = ['state'];
const params = Type.Object({
  user: Type.String(),
  '*': Type.String({
    description: 'The key: 1 to 256 bytes without control characters. It may have slashes',
  }),
});
const ifMatch = Type.Optional(Type.String({ description: 'Only this version, in quotes: "7"; else 412' }));
const changeHeaders = {
  'if-match': ifMatch,
  'if-none-match': Type.Optional(
    Type.String({ description: '*: only when there is no such value; else 412' }),
  ),
};

/** `GET`, `HEAD`, `PUT` and `DELETE /s/:user/:key`, and `GET /s/:user`. In a scope of its own, since any body is taken as it streams in. */
export function stateRoutes(options: StateRoutesOptions): (server: FastifyInstance) => Promise<void> {
  return async (server) => {
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', (_request, payload, done) => {
      done(null, payload);
    });
    server.addSchema(StateValueSchema).addSchema(StateListSchema);
    const shared = { ...options, transfers: new Transfers() };
    readRoutes(server, shared);
    changeRoutes(server, shared);
    listRoute(server, options);
    await Promise.resolve();
  };
}

type Shared = StateRoutesOptions & ValueSources;

function readRoutes(server: FastifyInstance, options: Shared): void {
  const longest = Type.String({
    description: `With If-None-Match: wait until there is another version, at most ${WAIT_MAX_MS}ms: 30s`,
  });
  const querystring = Type.Object({ wait: Type.Optional(longest) });
  const known = Type.String({
    description:
      'The version that is known, in quotes: 304 when there is no other. "0": that there is no value',
  });
  const headers = { 'if-none-match': Type.Optional(known), 'if-match': ifMatch };
  const range = Type.Optional(
    Type.String({ description: 'One range of bytes: bytes=0-99, bytes=100- or bytes=-100' }),
  );
  const answer = async (request: FastifyRequest<ReadRequest>, reply: FastifyReply): Promise<FastifyReply> => {
    const key = keyOf(request);
    const { wait } = request.query;
    if (wait !== undefined) await waited(key, { request, reply, wait }, options);
    return await answerWithValue({ key, request, reply }, options);
  };
  const schema = { tags, params, querystring };
  server.head<ReadRequest>(
    ROUTE,
    { schema: { ...schema, headers: Type.Object(headers), summary: 'Size and version of a state value' } },
    answer,
  );
  server.get<ReadRequest>(
    ROUTE,
    {
      exposeHeadRoute: false,
      schema: {
        ...schema,
        headers: Type.Object({ ...headers, range }),
        produces: ['application/octet-stream'],
        summary: 'Bytes of a state value; HEAD tells its size and its version',
      },
    },
    answer,
  );
}

function changeRoutes(server: FastifyInstance, options: Shared): void {
  const contentRange = Type.String({ description: 'The body is a part of a value: bytes 5-9/100' });
  server.put<KeyRequest>(
    ROUTE,
    {
      onRequest: async (request, reply) => {
        await expectValue({ key: keyOf(request), request, reply }, options);
      },
      schema: {
        tags,
        params,
        headers: Type.Object({ ...changeHeaders, 'content-range': Type.Optional(contentRange) }),
        consumes: ['application/octet-stream'],
        response: { 200: Type.Ref('StateValue') },
        summary: 'Create a state value, or write all or a part of one; its size never changes',
      },
    },
    async (request, reply) => {
      const key = keyOf(request);
      const info = await takeValue({ key, request, reply }, options);
      void reply.header('etag', entityTag(info.version));
      return { key: key.key, ...info };
    },
  );

  server.delete<KeyRequest>(
    ROUTE,
    {
      schema: {
        tags,
        params,
        headers: Type.Object(changeHeaders),
        response: { 204: Type.Null() },
        summary: 'Remove a state value',
      },
    },
    async (request, reply) => {
      const key = keyOf(request);
      const terms = { expectedVersion: expectedVersion(request.headers) };
      if (!(await options.tier.delete(key, terms))) throw unknownValue(key);
      return await reply.code(204).send();
    },
  );
}

function listRoute(server: FastifyInstance, { tier }: StateRoutesOptions): void {
  const limit = Type.Integer({
    minimum: 1,
    maximum: LIST_LIMIT_MAX,
    default: LIST_LIMIT,
    description: `Values of a page, ${LIST_LIMIT} by default, ${LIST_LIMIT_MAX} at most`,
  });
  const after = Type.Optional(Type.String({ description: 'Only the keys after this one' }));
  server.get<{ Params: { user: string }; Querystring: { after?: string; limit: number } }>(
    '/s/:user',
    {
      schema: {
        tags,
        params: Type.Object({ user: Type.String() }),
        querystring: Type.Object({ after, limit }),
        response: { 200: Type.Ref('StateList') },
        summary: 'List the state values of a user, in the order of their keys',
      },
    },
    async ({ params: { user }, query }) => {
      checkUser(user);
      if (query.after !== undefined) stateKey(user, query.after);
      const found = await tier.list(user, { after: query.after, limit: query.limit + 1 });
      const values = found.slice(0, query.limit);
      const next = values.length < found.length ? values.at(-1)?.key : undefined;
      return { values, ...(next === undefined ? {} : { next }) };
    },
  );
}

async function waited(
  key: StateKey,
  { request: { headers }, reply, wait }: { request: FastifyRequest; reply: FastifyReply; wait: string },
  { tier, drainSignal }: StateRoutesOptions,
): Promise<void> {
  if (headers['if-none-match'] === undefined) {
    throw new FaasmError(
      'request.bad_query',
      'Query wait comes without If-None-Match, the version that is known',
    );
  }
  await waitForChange(tier, key, {
    isKnown: (info) => isKnownVersion(headers, info?.version ?? 0),
    signal: AbortSignal.any([waitSignal(wait, reply), drainSignal]),
  });
}

function keyOf({ params: { user, '*': key } }: { readonly params: KeyRequest['Params'] }): StateKey {
  return stateKey(user, key);
}
