import { connect } from 'node:net';
import { once } from 'node:events';
import { TOOLS } from '../machine/tools.ts';
import { ADDRESS, ECHO, functionFolder, startFaasm, uploadEcho } from './faasm.ts';
import { freePort, startServer, type ServerProcess } from './server-process.ts';
import type { Site, Subject } from './subject.ts';

/** Both servers have the same port, because the services have one setting for it. */
const QUEUE_ADDRESS = '127.0.0.2';
const STATE_ADDRESS = '127.0.0.3';

/** The smallest cluster: one edge, one worker, two Redis servers with an append-only file, a shared folder. */
export const cluster: Subject = {
  name: 'cluster',
  async start(site) {
    const redisPort = await freePort(QUEUE_ADDRESS);
    const edgePort = await freePort(ADDRESS);
    const workerPort = await freePort(ADDRESS);
    const uploadPort = await freePort(ADDRESS);
    const env = {
      REDIS_QUEUE_HOST: QUEUE_ADDRESS,
      REDIS_STATE_HOST: STATE_ADDRESS,
      REDIS_PORT: String(redisPort),
      EDGE_PORT: String(edgePort),
      WORKER_PORT: String(workerPort),
      UPLOAD_PORT: String(uploadPort),
      FUNC_ROOT: functionFolder(site),
    };

    const started: ServerProcess[] = [];
    const stop = async (): Promise<void> => {
      // In reverse: whoever drains still needs what it was started after.
      for (const server of started.toReversed()) await server.stop();
    };
    try {
      started.push(await startRedis(site, QUEUE_ADDRESS, redisPort));
      started.push(await startRedis(site, STATE_ADDRESS, redisPort));
      const upload = await startFaasm(site, { args: ['upload'], env, port: uploadPort });
      started.push(upload);
      await uploadEcho(uploadPort);
      await upload.stop();
      started.pop();
      started.push(await startFaasm(site, { args: ['worker'], env, port: workerPort }));
      started.push(await startFaasm(site, { args: ['edge'], env, port: edgePort }));
    } catch (error) {
      await stop();
      throw error;
    }
    return { url: `http://${ADDRESS}:${edgePort}/f/${ECHO}`, pids: started.map(({ pid }) => pid), stop };
  },
};

async function startRedis(site: Site, address: string, port: number): Promise<ServerProcess> {
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
    const socket = connect(port, address);
    await once(socket, 'connect');
    socket.end('PING\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    if (!answer.toString().startsWith('+PONG')) throw new Error(`${name} answered ${answer.toString()}`);
  });
  return server;
}
