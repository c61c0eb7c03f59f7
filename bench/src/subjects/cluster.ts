import { echoModule } from '../engine/echo-module.ts';
import { ADDRESS, ECHO, functionFolder, startFaasm, uploadFunction } from './faasm.ts';
import { startRedis, type RedisPlace } from './redis-server.ts';
import { freePort, type ServerProcess } from './server-process.ts';
import type { RunningSubject, Site, Subject } from './subject.ts';

/** Both servers have the same port, because the services have one setting for it. */
const QUEUE_ADDRESS = '127.0.0.2';
const STATE_ADDRESS = '127.0.0.3';

/** A cluster that runs. */
export interface RunningCluster extends Omit<RunningSubject, 'url'> {
  /** Of the edge, without a path. */
  readonly origin: string;
  /** Its process, and where it tells its metrics. */
  readonly worker: { readonly pid: number; readonly metrics: string };
  /** The Redis server that holds state values. */
  readonly state: RedisPlace;
}

/** Starts the smallest cluster: one edge, one worker, two Redis servers with an append-only file, a shared folder. */
export async function startCluster(
  site: Site,
  functions: Readonly<Record<string, Uint8Array<ArrayBuffer>>>,
): Promise<RunningCluster> {
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
  const state = { address: STATE_ADDRESS, port: redisPort };

  const started: ServerProcess[] = [];
  const stop = async (): Promise<void> => {
    // In reverse: whoever drains still needs what it was started after.
    for (const server of started.toReversed()) await server.stop();
  };
  try {
    started.push(await startRedis(site, { address: QUEUE_ADDRESS, port: redisPort }));
    started.push(await startRedis(site, state));
    const upload = await startFaasm(site, { args: ['upload'], env, port: uploadPort });
    started.push(upload);
    for (const [name, module] of Object.entries(functions))
      await uploadFunction(uploadPort, { name, module });
    await upload.stop();
    started.pop();
    const worker = await startFaasm(site, { args: ['worker'], env, port: workerPort });
    started.push(worker);
    started.push(await startFaasm(site, { args: ['edge'], env, port: edgePort }));
    return {
      origin: `http://${ADDRESS}:${edgePort}`,
      worker: { pid: worker.pid, metrics: `http://${ADDRESS}:${workerPort}/metrics` },
      state,
      pids: started.map(({ pid }) => pid),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The smallest cluster with the function that the echo bench calls. */
export const cluster: Subject = {
  name: 'cluster',
  async start(site) {
    const running = await startCluster(site, { [ECHO]: await echoModule() });
    return { ...running, url: `${running.origin}/f/${ECHO}` };
  },
};
