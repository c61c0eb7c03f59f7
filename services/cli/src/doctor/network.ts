import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import { CommandError } from '../exit-codes.ts';
import { ask, jsonOf } from '../http-client.ts';
import type { Finding } from './finding.ts';

/** How long a Redis server may take to answer, in milliseconds. */
const REDIS_TIMEOUT_MS = 1_000;

/** Where a server would listen. */
interface Address {
  readonly host: string;
  readonly port: number;
}

/** Listens on a port that a server would take. One that a Faasm server has already is fine. */
export async function portFree(setting: string, { host, port }: Address): Promise<Finding> {
  const check = `${setting} ${port}`;
  const server = createServer();
  try {
    server.listen({ host, port });
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return { check, level: 'ok', detail: port === 0 ? 'any free port' : `free on ${host}` };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (code === 'EADDRINUSE' && (await isFaasm({ host, port })))
      return { check, level: 'ok', detail: `a Faasm server listens on ${host}` };
    const advice = code === 'EADDRINUSE' ? 'something else listens there' : code;
    return { check, level: 'fail', detail: `cannot be used on ${host}: ${advice}; set ${setting}` };
  }
}

/** Asks a server whether it can serve. That none runs is worth a word, but no fault. */
export async function serverReady(name: string, base: string): Promise<Finding> {
  const check = `${name} at ${base}`;
  try {
    const { status } = jsonOf(await ask(base, '/readyz'));
    return { check, level: 'ok', detail: String(status) };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { check, level: 'warn', detail: error.message };
  }
}

/** Sends PING to a Redis server and reads its answer. */
export async function redisAnswers(setting: string, { host, port }: Address): Promise<Finding> {
  const check = `${setting} ${host}:${port}`;
  const socket = createConnection({ host, port });
  // Emits an error when it is destroyed by its time-out, like any other failure.
  socket.setTimeout(REDIS_TIMEOUT_MS, () => {
    socket.destroy(new Error(`no answer within ${REDIS_TIMEOUT_MS} ms`));
  });
  try {
    socket.write('PING\r\n');
    const [reply] = (await once(socket, 'data')) as [Buffer];
    const line = reply.toString('latin1').split('\r\n')[0] ?? '';
    if (line === '+PONG') return { check, level: 'ok', detail: 'PONG' };
    return { check, level: 'fail', detail: `answered ${JSON.stringify(line.slice(0, 100))} to PING` };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const why = error instanceof Error && error.message !== '' ? error.message : code;
    return { check, level: 'fail', detail: `${why}; start Redis there, or set ${setting} and REDIS_PORT` };
  } finally {
    socket.destroy();
  }
}

async function isFaasm({ host, port }: Address): Promise<boolean> {
  try {
    const name = host === '0.0.0.0' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
    return jsonOf(await ask(`http://${name}:${port}`, '/healthz'))['status'] === 'alive';
  } catch (error) {
    if (error instanceof CommandError) return false;
    throw error;
  }
}
