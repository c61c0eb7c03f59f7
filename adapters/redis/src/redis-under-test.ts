import type { Backend, BackendUnderTest } from '@faasm/scheduler/contracts';
import type { QueueBounds } from '@faasm/scheduler';
import type { RedisServer } from '@faasm/test-support';
import { createClient } from 'redis';
import type { RedisBackendOptions } from './redis-backend-options.ts';
import { RedisBackend } from './redis-backend.ts';

/** A client that looks at the server itself, past the adapter. */
export type RawClient = Awaited<ReturnType<typeof connectRaw>>;

/** Between looks at what nothing tells of, in milliseconds. */
const LOOK_AGAIN_MS = 10;

let incarnations = 0;

/** Connects past the adapter, and empties the server unless told not to. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the client's type is as long as Redis's manual
export async function connectRaw({ host, port }: RedisServer, { empty = true } = {}) {
  const client = createClient({ RESP: 2, socket: { host, port } });
  client.on('error', () => undefined);
  await client.connect();
  if (empty) await client.flushAll();
  return client;
}

/** A backend as another process would have it, once Redis answers it. */
export async function connectBackend(
  { host, port }: RedisServer,
  given: Partial<RedisBackendOptions> = {},
): Promise<RedisBackend> {
  incarnations += 1;
  const backend = RedisBackend.connect({
    host,
    port,
    incarnation: `test-${incarnations}`,
    queuedCallsMax: 100_000,
    queuedBytesMax: 2 ** 30,
    weightOf: () => 1,
    outstandingCallsPerUserMax: 100_000,
    resultTtlMs: 3_600_000,
    leaseMs: 60_000,
    deliveriesMax: 3,
    onError: () => undefined,
    ...given,
  });
  await answering(backend);
  return backend;
}

/** Resolves once commands go through. */
export async function answering(backend: { ping(): Promise<true> }): Promise<void> {
  await until(
    async () =>
      await backend.ping().then(
        () => true,
        () => false,
      ),
  );
}

/** Looks until `condition` holds; a test's time limit ends it when it never does. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((tick) => setTimeout(tick, LOOK_AGAIN_MS));
}

/** An empty store for a contract's test, on a server that is emptied for it. */
export async function makeBackend(server: RedisServer, bounds: QueueBounds): Promise<BackendUnderTest> {
  const raw = await connectRaw(server);
  raw.destroy();
  const opened: RedisBackend[] = [];
  const join = async (): Promise<Backend> => {
    const backend = await connectBackend(server, bounds);
    opened.push(backend);
    return { queue: backend, results: backend };
  };
  return {
    ...(await join()),
    join,
    close: async () => {
      for (const backend of opened) await backend.close();
    },
  };
}
