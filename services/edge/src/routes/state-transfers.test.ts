import { CHUNK_BYTES, stateKey } from '@faasm/state';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { codeOf, startStateServer, type StateServer } from './state-routes-under-test.ts';

/** After this a test that waits for what never comes has failed. */
const options = { timeout: 60_000 };

const KEY = stateKey('demo', 'k');
const MIB = 1024 * 1024;

/** Larger than what the kernel holds of a connection whose end does not read, and some pieces. */
const LARGE_BYTES = 64 * MIB;

const LARGE_PIECES = 64;

/** As many requests have time to be answered. */
const SOME_REQUESTS = 50;

async function createLarge({ tier }: StateServer): Promise<void> {
  await tier.push(KEY, {
    sizeBytes: LARGE_BYTES,
    pieces: [{ offset: LARGE_BYTES - 1, bytes: Uint8Array.of(7) }],
  });
}

/** Resolves when `pattern` has come. */
async function receives(socket: Socket, pattern: RegExp): Promise<string> {
  let received = '';
  while (!pattern.test(received)) {
    const data = await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => undefined)]);
    assert.ok(data !== undefined, `Connection ended with ${received}`);
    received += String(data[0]);
  }
  return received;
}

test(
  'GET /s/USER/KEY reads a few pieces ahead for a client that does not read, and goes on when it does',
  options,
  async (t) => {
    const server = await startStateServer(t);
    await createLarge(server);
    const socket = await server.begin('GET /s/demo/k HTTP/1.1', 'Connection: close');
    socket.pause();
    for (let i = 0; i < SOME_REQUESTS; i++) await server.send('/s/demo/none');
    assert.ok(server.tier.piecesRead > 0);
    assert.ok(server.tier.piecesRead < LARGE_PIECES / 2, String(server.tier.piecesRead));
    const received = await buffer(socket);
    assert.equal(received.at(-1), 7);
    assert.equal(received.byteLength - received.indexOf('\r\n\r\n') - 4, LARGE_BYTES);
    assert.equal(server.tier.piecesRead, LARGE_PIECES);
  },
);

test(
  'GET /s/USER/KEY stops to read when its client leaves, and does not mix two versions',
  options,
  async (t) => {
    const server = await startStateServer(t);
    await createLarge(server);
    const leaving = await server.begin('GET /s/demo/k HTTP/1.1');
    await once(leaving, 'data');
    leaving.destroy();
    while (server.tier.readingsLeft === 0) await server.send('/s/demo/none');
    assert.ok(server.tier.piecesRead < LARGE_PIECES);
    const slow = await server.begin('GET /s/demo/k HTTP/1.1');
    await once(slow, 'data');
    slow.pause();
    await server.tier.push(KEY, { sizeBytes: LARGE_BYTES, pieces: [{ offset: 0, bytes: Uint8Array.of(9) }] });
    const rest = await buffer(slow);
    assert.ok(rest.byteLength < LARGE_BYTES, 'the connection ended before the value');
  },
);

/** As many as there may be at once. */
const TRANSFERS = Array.from({ length: 100 }, (_, i) => i);

/** Begins to read or to write a large value, by turns; again while there is no room. */
async function beginTransfer(server: StateServer, i: number): Promise<Socket> {
  const writing = [`PUT /s/demo/w${i} HTTP/1.1`, 'Content-Length: 100000', 'Expect: 100-continue'];
  for (;;) {
    const socket = await server.begin(...(i % 2 === 0 ? ['GET /s/demo/k HTTP/1.1'] : writing));
    const head = await receives(socket, /^HTTP\/1.1 [^]*\r\n\r\n/);
    socket.pause();
    if (!head.startsWith('HTTP/1.1 503 ')) return socket;
    socket.destroy();
  }
}

test(
  'routes of state have 100 large transfers at once, small ones besides, and get their room back',
  options,
  async (t) => {
    const server = await startStateServer(t);
    await createLarge(server);
    const small = stateKey('demo', 'small');
    await server.tier.push(small, { sizeBytes: 5, pieces: [] });
    const transfers = await Promise.all(TRANSFERS.map(async (i) => await beginTransfer(server, i)));
    const busy = await server.send('/s/demo/k');
    assert.deepEqual([codeOf(busy), busy.headers.get('retry-after')], ['503 state.busy', '1']);
    const body = 'x'.repeat(100_000);
    assert.equal(codeOf(await server.send('/s/demo/w', { method: 'PUT', body })), '503 state.busy');
    assert.equal((await server.send('/s/demo/small')).status, 200);
    const end = { headers: { range: 'bytes=-1' } };
    assert.deepEqual([...(await server.send('/s/demo/k', end)).body], [7]);
    for (const transfer of transfers) transfer.destroy();
    for (const i of TRANSFERS) await beginTransfer(server, i);
  },
);

test(
  'GET /s/USER/KEY closes the connection of a client that has not read for the time that it may',
  options,
  async (t) => {
    const server = await startStateServer(t, { stallMs: 50 });
    await createLarge(server);
    const socket = await server.begin('GET /s/demo/k HTTP/1.1');
    while (server.tier.readingsLeft === 0) await server.send('/s/demo/none');
    assert.ok((await buffer(socket)).byteLength < LARGE_BYTES);
  },
);

test(
  'PUT /s/USER/KEY shows nothing of a value until it is whole, and writes nothing when its body breaks off',
  options,
  async (t) => {
    const server = await startStateServer(t);
    const socket = await server.begin('PUT /s/demo/k HTTP/1.1', `Content-Length: ${3 * MIB}`);
    socket.write(new Uint8Array(2 * MIB));
    while (server.tier.pushes.length === 0) await server.send('/s/demo/k');
    assert.equal(await server.tier.describe(KEY), undefined);
    socket.destroy();
    assert.match(String(await server.tier.pushes[0]), /broke off before its end/);
    assert.equal(await server.tier.describe(KEY), undefined);
    assert.equal(server.bytes.written, 0);
  },
);

test(
  'PUT /s/USER/KEY takes a body in chunks when Content-Range says how long it is, and refuses it otherwise',
  options,
  async (t) => {
    const server = await startStateServer(t);
    const put = async (bodyBytes: number, headers: Record<string, string>): Promise<string> => {
      const body = new Blob([new Uint8Array(bodyBytes).fill(1)]).stream();
      const answer = await server.send('/s/demo/k', { method: 'PUT', body, headers, duplex: 'half' });
      return answer.status === 200 ? 'written' : codeOf(answer);
    };
    assert.equal(await put(10, {}), '411 request.no_length');
    const range = { 'content-range': `bytes 0-${CHUNK_BYTES}/${CHUNK_BYTES + 1}` };
    for (const bodyBytes of [CHUNK_BYTES, CHUNK_BYTES + 2, 10 * CHUNK_BYTES])
      assert.equal(await put(bodyBytes, range), '400 request.bad_body');
    assert.equal(await server.tier.describe(KEY), undefined);
    assert.equal(await put(CHUNK_BYTES + 1, range), 'written');
  },
);

test(
  'PUT /s/USER/KEY refuses what it can before it reads the body, and the connection can go on',
  options,
  async (t) => {
    const server = await startStateServer(t, { valueBytesMax: MIB });
    await server.tier.push(KEY, { sizeBytes: 5, pieces: [] });
    const continues = 'Expect: 100-continue';
    for (const [head, code] of [
      [['PUT /s/demo/new HTTP/1.1', `Content-Length: ${MIB + 1}`], 'state.too_large'],
      [
        ['PUT /s/demo/new HTTP/1.1', 'Content-Length: 1', `Content-Range: bytes 0-0/${MIB + 1}`],
        'state.too_large',
      ],
      [['PUT /s/demo/k HTTP/1.1', `Content-Length: ${MIB}`], 'state.size_mismatch'],
      [['PUT /s/demo/new HTTP/1.1', `Content-Length: ${MIB}`, 'If-Match: "3"'], 'state.conflict'],
      [['PUT /s/demo/%00 HTTP/1.1', `Content-Length: ${MIB}`], 'state.bad_key'],
    ] as const) {
      const socket = await server.begin(...head, continues);
      const received = await receives(socket, /\}$/);
      assert.match(received, new RegExp(`^HTTP/1.1 4[^]*"${code}"`));
    }
    const socket = await server.begin('PUT /s/demo/new HTTP/1.1', `Content-Length: ${MIB + 1}`);
    await receives(socket, /"state\.too_large"/);
    socket.write(new Uint8Array(MIB + 1));
    socket.write('PUT /s/demo/new HTTP/1.1\r\nHost: edge\r\nContent-Length: 5\r\n\r\nhello');
    await receives(socket, /^HTTP\/1.1 200 /);
    // A part of a body is read when it turns out to be longer than was said.
    const chunked = ['Transfer-Encoding: chunked', 'Content-Range: bytes 0-4/5'];
    const late = await server.begin('PUT /s/demo/k HTTP/1.1', ...chunked);
    const chunk = `${MIB.toString(16)}\r\n${'x'.repeat(MIB)}\r\n`;
    late.write(chunk);
    await receives(late, /"request\.bad_body"/);
    late.write(`${chunk}0\r\n\r\nGET /s/demo/new HTTP/1.1\r\nHost: edge\r\n\r\n`);
    await receives(late, /hello$/);
  },
);

test(
  'GET /s/USER/KEY begins again when others replace the value, and gives up when they go on',
  options,
  async (t) => {
    const server = await startStateServer(t);
    const { tier } = server;
    await tier.push(KEY, { sizeBytes: 5, pieces: [] });
    const replace = async (sizeBytes: number): Promise<void> => {
      await tier.delete(KEY, {});
      await tier.push(KEY, { sizeBytes, pieces: [] });
    };
    for (const sizeBytes of [3, 9, 9]) {
      let times = 1;
      tier.beforeRead = async () => {
        if (times-- > 0) await replace(sizeBytes);
      };
      const answer = await server.send('/s/demo/k');
      assert.deepEqual([answer.status, answer.body.byteLength], [200, sizeBytes]);
      assert.equal(answer.headers.get('etag'), `"${(await tier.describe(KEY))?.version}"`);
    }
    tier.beforeRead = async () => {
      await replace(9);
    };
    assert.equal(codeOf(await server.send('/s/demo/k')), '503 state.changed');
  },
);
