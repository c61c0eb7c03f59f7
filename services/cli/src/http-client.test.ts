import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { CommandError, type ExitName } from './exit-codes.ts';
import { ask, askForStream, jsonOf, receive } from './http-client.ts';

/** Runs `action` with the base URL of a real server. */
async function withServer(listener: RequestListener, action: (base: string) => Promise<void>): Promise<void> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await action(baseOf(server));
  } finally {
    server.close();
  }
}

/** Answers every request so. */
function answering(status: number, body: string): RequestListener {
  return (_, response) => {
    response.writeHead(status).end(body);
  };
}

/** Refuses every request as soon as its head has come, and posts its port. */
const REFUSING_SERVER = `
  const { parentPort } = require('node:worker_threads');
  const body = JSON.stringify({ code: 'module.too_large', detail: 'Too large' });
  const server = require('node:http').createServer((_, response) => response.writeHead(413).end(body));
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

/** Tells where the request went. */
const echo: RequestListener = (request, response) => {
  response.end(Buffer.from(`${request.method} ${request.url}\0`));
};

/** Announces more than it sends. */
const cutShort: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-length': 10 }).write('half');
  response.destroy();
};

function baseOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function failsWith(exit: ExitName, message: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof CommandError && error.exit === exit && message.test(error.message);
}

test('ask keeps the path of the base and returns the bytes of the answer', async () => {
  await withServer(echo, async (base) => {
    const answer = await ask(`${base}/under/proxy`, '/f?user=a', { method: 'PUT', body: 'x' });
    assert.equal(answer.body.toString(), 'PUT /under/proxy/f?user=a\0');
  });
});

test('ask reports a problem of the catalogue with its code', async () => {
  const problem = { code: 'queue.full', detail: 'Queue holds 4 calls', status: 503 };
  await withServer(answering(503, JSON.stringify(problem)), async (base) => {
    await assert.rejects(ask(base, '/f/a/b'), (error) => {
      assert.ok(error instanceof CommandError);
      assert.deepEqual(
        [error.exit, error.code, error.message, error.problem],
        ['refused', 'queue.full', 'Queue holds 4 calls', problem],
      );
      return true;
    });
  });
});

test('ask and askForStream send a path as it is written, dots too', async () => {
  await withServer(echo, async (base) => {
    const answer = await ask(`${base}/under`, '/s/a/..');
    assert.equal(answer.body.toString(), 'GET /under/s/a/..\0');
    const { response } = await askForStream(base, '/s/a/.', {});
    assert.equal(await text(response), 'GET /s/a/.\0');
  });
});

test('ask sends a stream, and ends as the stream fails', async () => {
  const count: RequestListener = (request, response) => {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => (bytes += chunk.byteLength));
    request.on('end', () => response.end(String(bytes)));
  };
  await withServer(count, async (base) => {
    const send = async (parts: Iterable<Buffer>): Promise<string> => {
      const headers = { 'content-length': '3000000' };
      const answer = await ask(base, '/s/a/b', { method: 'PUT', body: Readable.from(parts), headers });
      return answer.body.toString();
    };
    assert.equal(await send([Buffer.alloc(1_000_000), Buffer.alloc(2_000_000)]), '3000000');
    const failing = function* (): Generator<Buffer> {
      yield Buffer.alloc(1_000_000);
      throw new CommandError('usage', 'File is gone');
    };
    await assert.rejects(send(failing()), failsWith('usage', /File is gone/));
  });
});

test('receive tells that a server broke off, lets a reader go, and passes on what the target says', async () => {
  const failing = (code: string): Writable =>
    new Writable({
      write: (_chunk, _encoding, done) => {
        done(Object.assign(new Error(code), { code }));
      },
    });
  const breaking: RequestListener = (_, response) => {
    response.writeHead(200, { 'content-length': 10 }).write('half', () => response.destroy());
  };
  await withServer(breaking, async (base) => {
    const lost = receive(await askForStream(base, '/s/a/b', {}), new PassThrough().resume(), { end: true });
    await assert.rejects(lost, failsWith('unreachable', /broke off before its end/));
  });
  await withServer(echo, async (base) => {
    await receive(await askForStream(base, '/s/a/b', {}), failing('EPIPE'), { end: true });
    const full = receive(await askForStream(base, '/s/a/b', {}), failing('ENOSPC'), { end: true });
    await assert.rejects(full, { code: 'ENOSPC' });
  });
});

test('ask reads the answer of a server that refuses a large body before it has come', async (t) => {
  // On a thread of its own the server answers while the body is being written, as a real one does.
  const thread = new Worker(REFUSING_SERVER, { eval: true });
  t.after(async () => await thread.terminate());
  const [port] = (await once(thread, 'message')) as [number];
  const large = Buffer.alloc(20_000_000);
  const headers = { 'content-length': String(large.byteLength) };
  for (let round = 0; round < 20; round++) {
    const request = ask(`http://127.0.0.1:${port}`, '/f/a/b', {
      method: 'PUT',
      ...(round % 2 === 0 ? { body: large } : { body: Readable.from([large]), headers }),
    });
    await assert.rejects(request, failsWith('usage', /Too large/));
  }
});

test('ask takes an error page, JSON of others and a cut connection for a server that failed', async () => {
  await withServer(answering(502, '<html>Bad gateway</html>'), async (base) => {
    await assert.rejects(ask(base, '/f'), failsWith('unreachable', /502: "<html>Bad gateway/));
  });
  await withServer(answering(404, '{"code":"nobody.knows"}'), async (base) => {
    await assert.rejects(ask(base, '/f'), failsWith('unreachable', /404/));
  });
  await withServer(cutShort, async (base) => {
    await assert.rejects(ask(base, '/f'), failsWith('unreachable', /No answer from/));
  });
});

test('ask says how to start a server where none listens', async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = baseOf(server);
  server.close();
  await once(server, 'close');
  await assert.rejects(ask(base, '/f'), failsWith('unreachable', /ECONNREFUSED.*faasm start/));
});

test('jsonOf refuses what is not an object', async () => {
  for (const body of ['', 'hello', '[1]', 'null', '{"a":']) {
    await withServer(answering(200, body), async (base) => {
      const answer = await ask(base, '/f');
      assert.throws(() => jsonOf(answer), failsWith('unreachable', /which no Faasm server does/));
    });
  }
});
