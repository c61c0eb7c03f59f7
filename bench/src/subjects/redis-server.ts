import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { TOOLS } from '../machine/tools.ts';
import { startServer, type ServerProcess } from './server-process.ts';
import type { Site } from './subject.ts';

/** Where a Redis server listens. */
export interface RedisPlace {
  readonly address: string;
  readonly port: number;
}

/** Starts a Redis server with an append-only file, and waits until it answers. */
export async function startRedis(site: Site, { address, port }: RedisPlace): Promise<ServerProcess> {
  const name = `redis-${address}`;
  const server = await startServer(site, {
    name,
    command: TOOLS.redisServer.command,
    args: [
      '--bind',
      address,
      '--port',
      String(port),
      '--dir',
      site.folder,
      '--appendonly',
      'yes',
      '--appenddirname',
      name,
      '--save',
      '',
    ],
  });
  await server.untilReady(async () => {
    const socket = await connected({ address, port });
    socket.end('PING\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    if (!answer.toString().startsWith('+PONG')) throw new Error(`${name} answered ${answer.toString()}`);
  });
  return server;
}

/** Bytes that a Redis server has received and sent since it was started, these questions among them. */
export async function redisNetBytes(place: RedisPlace): Promise<number> {
  const socket = await connected(place);
  socket.write('INFO stats\r\nQUIT\r\n');
  const answer = await text(socket);
  return ['input', 'output'].reduce((sum, direction) => {
    const found = new RegExp(`^total_net_${direction}_bytes:(\\d+)`, 'm').exec(answer)?.[1];
    if (found === undefined) throw new Error(`Redis at ${place.address} says no bytes: ${answer}`);
    return sum + Number(found);
  }, 0);
}

async function connected({ address, port }: RedisPlace): Promise<Socket> {
  const socket = connect(port, address);
  await once(socket, 'connect');
  return socket;
}
