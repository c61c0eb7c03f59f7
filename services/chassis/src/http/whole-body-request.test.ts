import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { text } from 'node:stream/consumers';
import { WholeBodyRequest } from './whole-body-request.ts';

test('WholeBodyRequest hands over its body in one piece, and is a stream where nobody takes it', async (t) => {
  const bodies: string[] = [];
  const server = createServer({ IncomingMessage: WholeBodyRequest }, (request, response) => {
    const answer = (how: string, body: string): void => {
      bodies.push(`${how} ${body}`);
      response.end();
    };
    if (request.url === '/stream') void text(request).then((body) => answer('streamed', body));
    else request.takeBody((body) => answer('whole', Buffer.from(body).toString()));
  });
  t.after(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  const head = (path: string): string => `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: `;
  // The second comes before the first is answered, and its body in two parts.
  socket.write(`${head('/')}5\r\n\r\nfirst${head('/')}6\r\n\r\nsec`);
  await once(socket, 'data');
  socket.write(`ond${head('/')}0\r\n\r\n${head('/stream')}6\r\nConnection: close\r\n\r\nfourth`);
  socket.resume();
  await once(socket, 'close');
  assert.deepEqual(bodies, ['whole first', 'whole second', 'whole ', 'streamed fourth']);
});
