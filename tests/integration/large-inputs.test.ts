import { MemoryBackend, MemoryLogFeed } from '@faasm/adapter-memory';
import { Readiness, serviceBase } from '@faasm/chassis';
import { createEdgeServer } from '@faasm/edge';
import type { Call } from '@faasm/protocol';
import { CallGateway, type QueueBounds } from '@faasm/scheduler';
import { sampleCall, takeOne } from '@faasm/scheduler/contracts';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';

const INPUT_BYTES_MAX = 1_000_000;
const LARGE_BYTES = 600_000;

/** After this a test that waits for what never comes has failed. */
const TEST_TIMEOUT_MS = 20_000;

interface Edge {
  readonly backend: MemoryBackend;
  /** Sends the head of a request, and what is given of its body. */
  readonly begin: (
    user: string,
    request?: { headers?: readonly string[]; body?: Uint8Array },
  ) => Promise<Client>;
}

/** One connection to the edge, and what has come back on it. */
class Client {
  readonly socket: Socket;
  received = '';

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes) => (this.received += bytes.toString('latin1')));
    socket.on('error', () => undefined);
  }

  /** Resolves when `pattern` has been received. */
  async receives(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.received)) {
      assert.ok(!this.socket.closed, `Connection ended with ${this.received}`);
      await Promise.race([once(this.socket, 'data'), once(this.socket, 'close')]);
    }
  }
}

/** An edge whose queue nobody takes from. */
async function startEdge(context: TestContext, given: Partial<QueueBounds> = {}): Promise<Edge> {
  const bounds = {
    queuedCallsMax: 1_000,
    queuedBytesMax: INPUT_BYTES_MAX,
    outstandingCallsPerUserMax: 1_000,
    weightOf: () => 1,
    ...given,
  };
  const base = serviceBase('edge', 'silent');
  const { clock } = base;
  const backend = new MemoryBackend({ ...bounds, clock, resultTtlMs: 60_000, resultBytesMax: 1_000_000 });
  const terms = {
    inputBytesMax: INPUT_BYTES_MAX,
    argumentRoom: { arguments: 3, bytes: 100 },
    timeoutMs: 60_000,
    timeoutMaxMs: 60_000,
  };
  const gateway = new CallGateway({
    queue: backend,
    results: backend,
    feed: new MemoryLogFeed(),
    termsOf: async ({ name }) => await Promise.resolve(name === 'echo' ? terms : undefined),
    clock,
  });
  const readiness = new Readiness(async () => await Promise.resolve(), clock);
  const inputBytesMax = INPUT_BYTES_MAX;
  const server = await createEdgeServer({
    ...base,
    gateway,
    bounds,
    readiness,
    inputBytesMax,
    timeoutMaxMs: 60_000,
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;
  const sockets: Socket[] = [];
  context.after(async () => {
    for (const socket of sockets) socket.destroy();
    await server.close();
  });
  const begin: Edge['begin'] = async (user, { headers, body = new Uint8Array(0) } = {}) => {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    await once(socket, 'connect');
    const client = new Client(socket);
    const lengths = headers ?? [`Content-Length: ${LARGE_BYTES}`];
    socket.write([`POST /fa/${user}/echo HTTP/1.1`, 'Host: edge', ...lengths, '', ''].join('\r\n'));
    socket.write(body);
    return client;
  };
  return { backend, begin };
}

function callOf(user: string): Call {
  return sampleCall({ function: { user, name: 'echo' } });
}

test(
  'an edge refuses a large input before it is read, when the queue is full or the user over the limit',
  { timeout: TEST_TIMEOUT_MS },
  async (t) => {
    const { backend, begin } = await startEdge(t, { queuedCallsMax: 1, outstandingCallsPerUserMax: 1 });
    backend.submit(callOf('first'));
    const full = await begin('second');
    await full.receives(/^HTTP\/1.1 503 [\s\S]*retry-after: 1\r\n[\s\S]*"queue\.full"/i);
    const over = await begin('first');
    await over.receives(/^HTTP\/1.1 429 [\s\S]*retry-after: 1\r\n[\s\S]*"user\.limit"/i);
  },
);

test(
  'an edge reads the rest of a refused input and forgets it, so that the connection can go on',
  { timeout: TEST_TIMEOUT_MS },
  async (t) => {
    const { backend, begin } = await startEdge(t, { queuedCallsMax: 1 });
    backend.submit(callOf('first'));
    const client = await begin('second');
    await client.receives(/"queue\.full"/);
    await takeOne(backend);
    client.received = '';
    client.socket.write(new Uint8Array(LARGE_BYTES));
    client.socket.write('POST /fa/second/echo HTTP/1.1\r\nHost: edge\r\nContent-Length: 5\r\n\r\nhello');
    await client.receives(/^HTTP\/1.1 202 /);
  },
);

test(
  'an edge says 100 Continue when it is about to read an input, and not when it refuses it',
  { timeout: TEST_TIMEOUT_MS },
  async (t) => {
    const { backend, begin } = await startEdge(t);
    const headers = [`Content-Length: ${LARGE_BYTES}`, 'Expect: 100-continue'];
    const client = await begin('first', { headers });
    await client.receives(/^HTTP\/1.1 100 Continue\r\n\r\n$/);
    const refused = await begin('second', { headers });
    await refused.receives(/^HTTP\/1.1 503 /);
    client.socket.write(new Uint8Array(LARGE_BYTES));
    await client.receives(/\r\n\r\nHTTP\/1.1 202 /);
    assert.equal((await takeOne(backend)).call.input.byteLength, LARGE_BYTES);
  },
);

test(
  'an edge keeps the room of an input that is on its way, and gives it to others when its caller leaves',
  { timeout: TEST_TIMEOUT_MS },
  async (t) => {
    const { backend, begin } = await startEdge(t);
    const expect = 'Expect: 100-continue';
    // How long it will be is not known, so that it counts as the largest.
    const slow = await begin('slow', { headers: ['Transfer-Encoding: chunked', expect] });
    await slow.receives(/100 Continue/);
    slow.socket.write('5\r\nbegin\r\n');
    const refused = await begin('other', { headers: [`Content-Length: ${LARGE_BYTES}`, expect] });
    await refused.receives(/^HTTP\/1.1 503 [\s\S]*1000000 bytes together/);
    const small = await begin('other', { headers: ['Content-Length: 5'], body: Buffer.from('small') });
    await small.receives(/^HTTP\/1.1 202 /);
    assert.equal((await takeOne(backend)).call.input.byteLength, 5);
    slow.socket.destroy();
    for (;;) {
      const next = await begin('other', { body: new Uint8Array(LARGE_BYTES) });
      await next.receives(/^HTTP\/1.1 [\s\S]*\r\n\r\n/);
      if (next.received.startsWith('HTTP/1.1 202 ')) break;
      assert.match(next.received, /^HTTP\/1.1 503 /);
    }
    assert.equal((await takeOne(backend)).call.input.byteLength, LARGE_BYTES);
  },
);

test(
  'an edge refuses the bad name of a user before it reads a large input',
  { timeout: TEST_TIMEOUT_MS },
  async (t) => {
    const { begin } = await startEdge(t);
    const bad = await begin('-bad');
    await bad.receives(/^HTTP\/1.1 400 [\s\S]*"request\.bad_name"/);
  },
);
