import { MemoryBackend, MemoryLogFeed } from '@faasm/adapter-memory';
import { Readiness, serviceBase } from '@faasm/chassis';
import { createEdgeServer } from '@faasm/edge';
import type { Call, CallOutcome, CallResult } from '@faasm/protocol';
import { CallGateway, endedResult, WorkerLoop, type CallRunner } from '@faasm/scheduler';
import { utf8, type StopSignal } from '@faasm/stdx';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';

const INPUT_BYTES_MAX = 100_000;

/** Of functions by their name; any other answers with its input. */
const OUTCOMES: Readonly<Record<string, CallOutcome>> = {
  seven: { type: 'exit', exitCode: 7 },
  trap: { type: 'error', code: 'guest.trap', message: 'unreachable' },
  late: { type: 'error', code: 'call.deadline', message: 'Call did not end' },
  full: { type: 'error', code: 'host.capacity', message: 'Host is full' },
};

/** Ends each call at once, as its function's name says; `waits` when it is stopped. */
class NamedRunner implements CallRunner {
  readonly slots = 10;
  readonly reserve = 1;
  readonly stopped: string[] = [];

  async run(call: Call, signal: StopSignal): Promise<CallResult> {
    const { name } = call.function;
    if (name === 'broken') throw new Error('This host is broken');
    if (name === 'waits') {
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', resolve, { once: true });
      });
      this.stopped.push(call.id);
    }
    const ended = endedResult(call, { code: 'server.internal', message: '', finishedAt: 0, host: 'named' });
    const outcome = OUTCOMES[name] ?? { type: 'success' };
    const output = call.arguments === undefined ? call.input : utf8(JSON.stringify(call.arguments));
    return { ...ended, outcome, output, stderr: Uint8Array.of(0x6f, 0x68) };
  }

  waitingCalls(): ReadonlyMap<string, number> {
    return new Map();
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }
}

interface Edge {
  readonly port: number;
  readonly runner: NamedRunner;
  readonly gateway: CallGateway;
  /** How many requests took a route. */
  readonly routed: () => number;
}

async function startEdge(t: TestContext): Promise<Edge> {
  const bounds = {
    queuedCallsMax: 100,
    queuedBytesMax: 10 * INPUT_BYTES_MAX,
    outstandingCallsPerUserMax: 100,
    weightOf: () => 1,
  };
  const base = serviceBase('edge', 'silent');
  const { clock } = base;
  const backend = new MemoryBackend({ ...bounds, clock, resultTtlMs: 60_000, resultBytesMax: 1_000_000 });
  const runner = new NamedRunner();
  const loop = new WorkerLoop({
    queue: backend,
    runner,
    clock,
    host: 'named',
    leaseMs: 9_000,
    weightOf: () => 1,
  });
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
    termsOf: ({ name }) => (name === 'nobody' ? undefined : terms),
    clock,
  });
  const server = await createEdgeServer({
    ...base,
    gateway,
    bounds,
    readiness: new Readiness(async () => await Promise.resolve(), clock),
    inputBytesMax: INPUT_BYTES_MAX,
    timeoutMaxMs: 60_000,
  });
  let routed = 0;
  server.addHook('onRequest', (...[, , done]) => {
    routed += 1;
    done();
  });
  loop.start();
  await server.listen({ host: '127.0.0.1', port: 0 });
  t.after(async () => {
    await server.close();
    await loop.drain(AbortSignal.abort());
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    runner,
    gateway,
    routed: () => routed,
  };
}

/** What comes back for the bytes of a request, until the server closes the connection. */
async function exchange(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  let received = '';
  socket.on('data', (bytes) => (received += bytes.toString('latin1')));
  socket.write(Buffer.from(request, 'latin1'));
  await once(socket, 'close');
  return received;
}

/** Without what differs from call to call. */
function comparable(answer: string): string {
  const [head = '', ...body] = answer.split('\r\n\r\n');
  const lines = head
    .split('\r\n')
    .map((line) => line.replace(/^([^:]+):/, (name) => name.toLowerCase()))
    .filter((line) => !/^(date|keep-alive):/.test(line))
    .map((line) => line.replaceAll(/dur=[0-9.]+/g, 'dur=…'));
  return [...lines.toSorted(), ...body].join('\n').replaceAll(/[0-9A-HJKMNP-TV-Z]{26}/g, 'ID');
}

interface Plain {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: readonly string[];
  readonly body?: string;
  /** Whether the connection goes on behind the answer. */
  readonly keepAlive?: boolean;
}

function requestOf({ path = '/f/demo/echo', method = 'POST', headers, body = '', keepAlive }: Plain): string {
  const length = headers?.some((line) => /^(content-length|transfer-encoding)/i.test(line)) === true;
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'Host: edge',
    `Connection: ${keepAlive === true ? 'keep-alive' : 'close'}`,
    ...(length ? [] : [`Content-Length: ${body.length}`]),
    ...(headers ?? []),
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

const EVERY_BYTE = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join('');

/** Requests that are answered without a route. */
const DIRECT: Readonly<Record<string, Plain>> = {
  'a body': { body: 'hello' },
  'every byte': { body: EVERY_BYTE },
  'a body of 65,536 bytes': { body: 'x'.repeat(65_536) },
  'a path with a slash at its end': { path: '/f/demo/echo/', body: 'hello' },
  'names with every kind of character': { path: '/f/0a-b_c.D/Z..9' },
  'no body': {},
  'a content type': { headers: ['Content-Type: text/plain; charset=utf-8'], body: 'hello' },
  'a time-out': { headers: ['X-Faasm-Timeout: 5s'], body: 'hello' },
  'a time-out that is none': { headers: ['X-Faasm-Timeout: soon'], body: 'hello' },
  'a time-out that is too long': { headers: ['X-Faasm-Timeout: 90s'], body: 'hello' },
  arguments: { headers: ['X-Faasm-Arguments: one a%20b'], body: 'hello' },
  'an argument that is not encoded': { headers: ['X-Faasm-Arguments: 100%'], body: 'hello' },
  'more arguments than there is room for': { headers: ['X-Faasm-Arguments: 1 2 3 4'], body: 'hello' },
  'an idempotency key': { headers: ['Idempotency-Key: 1'], body: 'hello' },
  'an exit code': { path: '/f/demo/seven', body: 'hello' },
  'a trap': { path: '/f/demo/trap' },
  'a deadline': { path: '/f/demo/late' },
  'a full host': { path: '/f/demo/full' },
  'a broken host': { path: '/f/demo/broken' },
  'an unknown function': { path: '/f/demo/nobody', body: 'hello' },
};

/** Requests that take their route. */
const ROUTED: Readonly<Record<string, Plain>> = {
  'a chunked body': { headers: ['Transfer-Encoding: chunked'], body: '5\r\nhello\r\n0\r\n\r\n' },
  'a large body': { body: 'x'.repeat(65_537) },
  'a body over the limit': { body: 'x'.repeat(INPUT_BYTES_MAX + 1) },
  'a body that is asked for': { headers: ['Expect: 100-continue'], body: 'hello' },
  'another method': { method: 'GET' },
  'an encoded path': { path: '/f/demo/%65cho', body: 'hello' },
  'a bad name': { path: '/f/demo/.echo', body: 'hello' },
  'a name of 129 characters': { path: `/f/demo/${'a'.repeat(129)}`, body: 'hello' },
  'a path that goes on': { path: '/f/demo/echo/more', body: 'hello' },
  'a path that ends early': { path: '/f/demo/', body: 'hello' },
  'two slashes at the end': { path: '/f/demo/echo//', body: 'hello' },
};

for (const [what, request] of Object.entries(DIRECT)) {
  test(`DirectCalls answers ${what} as the route does`, async (t) => {
    const { port, routed } = await startEdge(t);
    const direct = await exchange(port, requestOf(request));
    assert.equal(routed(), 0, 'it took its route');
    const path = `${request.path ?? '/f/demo/echo'}?`;
    const byRoute = await exchange(port, requestOf({ ...request, path }));
    assert.equal(routed(), 1, 'the other took none');
    assert.match(direct, /^HTTP\/1\.1 [2-5]\d\d /);
    assert.equal(comparable(direct), comparable(byRoute));
  });
}

for (const [what, request] of Object.entries(ROUTED)) {
  test(`DirectCalls leaves ${what} to the routes`, async (t) => {
    const { port, routed } = await startEdge(t);
    assert.match(await exchange(port, requestOf(request)), /^HTTP\/1\.1 [1-5]\d\d /);
    assert.equal(routed(), 1);
  });
}

const TIMEOUT = { timeout: 20_000 };

test('DirectCalls ends the calls of a client that leaves, and no others', TIMEOUT, async (t) => {
  const { port, runner, gateway, routed } = await startEdge(t);
  const socket = connect(port, '127.0.0.1');
  const stays = exchange(port, requestOf({ path: '/f/demo/waits', body: 'stays' }));
  socket.write(requestOf({ path: '/f/demo/waits', body: 'leaves', keepAlive: true }));
  socket.write(requestOf({ path: '/f/demo/waits', body: 'leaves too', keepAlive: true }));
  while (gateway.waiting < 3) await new Promise((resolve) => setImmediate(resolve));
  socket.destroy();
  while (runner.stopped.length < 2) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(gateway.waiting, 1);
  gateway.hurry();
  assert.match(await stays, /^HTTP\/1\.1 503 [\s\S]*server\.draining/);
  assert.equal(runner.stopped.length, 3);
  assert.equal(routed(), 0);
});

test('DirectCalls forgets a client that leaves in the middle of its body', TIMEOUT, async (t) => {
  const { port, gateway } = await startEdge(t);
  const socket = connect(port, '127.0.0.1');
  socket.write(requestOf({ headers: ['Content-Length: 10'], body: 'hello' }));
  assert.match(await exchange(port, requestOf({ body: 'other' })), /^HTTP\/1\.1 200 [\s\S]*other$/);
  socket.resetAndDestroy();
  await once(socket, 'close');
  assert.match(await exchange(port, requestOf({ body: 'another' })), /^HTTP\/1\.1 200 [\s\S]*another$/);
  assert.equal(gateway.waiting, 0);
});

test('DirectCalls takes nothing of a draining edge', async (t) => {
  const { port, gateway, routed } = await startEdge(t);
  gateway.drain();
  assert.match(await exchange(port, requestOf({ body: 'hello' })), /^HTTP\/1\.1 503 [\s\S]*server\.draining/);
  assert.equal(routed(), 1);
});

test('an edge that has no state values has no routes for them', async (t) => {
  const { port } = await startEdge(t);
  for (const path of ['/s/demo', '/s/demo/key'])
    assert.match(
      await exchange(port, requestOf({ path, method: 'GET' })),
      /^HTTP\/1.1 404 [^]*"route\.unknown"/,
    );
});
