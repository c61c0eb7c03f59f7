// demo/echo on node:http with the engine in the same thread. Port, address, and `reset` or `keep` come as arguments.
// What echo allocates it never frees, so that one that is kept is reset too, but so rarely that it costs nothing.
import { createServer, type ServerResponse } from 'node:http';
import { BenchEngine } from '../engine/bench-engine.ts';
import { echoModule } from '../engine/echo-module.ts';

const KEPT_CALLS = 1_000;

const [port, address, after] = process.argv.slice(2);
const engine = new BenchEngine();
let calls = 0;
const faaslet = engine.restorer(await engine.proto(await echoModule()))(engine.slot());

createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => void answer(Buffer.concat(parts), response));
}).listen(Number(port), address);

/** Guests neither pause nor wait, so that a call has ended before the next one comes. */
async function answer(input: Buffer, response: ServerResponse): Promise<void> {
  const { output } = await faaslet.run(engine.guest(input));
  calls += 1;
  if (after === 'reset' || calls % KEPT_CALLS === 0) faaslet.reset();
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': output.byteLength,
  });
  response.end(output);
}
