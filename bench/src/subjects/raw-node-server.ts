// The reference: the least that a Node server does to answer with its input. Port and address come as arguments.
import { createServer } from 'node:http';

const [port, address] = process.argv.slice(2);

createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const body = Buffer.concat(parts);
    response.writeHead(200, {
      'content-type': 'application/octet-stream',
      'content-length': body.byteLength,
    });
    response.end(body);
  });
}).listen(Number(port), address);
