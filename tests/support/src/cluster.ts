import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FaasmProcess } from './faasm-process.ts';
import { freePort } from './free-port.ts';
import { startRedis, type RedisServer } from './redis-server.ts';

/** How large a cluster is. */
export interface ClusterOptions {
  readonly edges: number;
  readonly workers: number;
  /** Settings of every process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Two addresses of this machine, because both Redis servers have the same port. */
const QUEUE_ADDRESS = '127.0.0.2';
const STATE_ADDRESS = '127.0.0.3';

/** A whole cluster of real processes on this machine, with two real Redis servers and a shared directory. */
export class Cluster {
  readonly queue: RedisServer;
  readonly state: RedisServer;
  readonly upload: FaasmProcess;
  readonly edges: readonly FaasmProcess[];
  readonly workers: FaasmProcess[];
  readonly #directory: string;
  readonly #env: Readonly<Record<string, string>>;

  private constructor(
    parts: Pick<Cluster, 'queue' | 'state' | 'upload' | 'edges' | 'workers'>,
    place: { directory: string; env: Readonly<Record<string, string>> },
  ) {
    this.queue = parts.queue;
    this.state = parts.state;
    this.upload = parts.upload;
    this.edges = parts.edges;
    this.workers = parts.workers;
    this.#directory = place.directory;
    this.#env = place.env;
  }

  /** Starts everything and waits until it is ready. */
  static async start(options: ClusterOptions): Promise<Cluster> {
    const directory = await mkdtemp(join(tmpdir(), 'faasm-cluster-'));
    const port = await freePort(QUEUE_ADDRESS);
    const durable = { port, appendonly: true, settings: { appendfsync: 'always' } };
    const queue = await startRedis({ ...durable, bind: QUEUE_ADDRESS });
    const state = await startRedis({ ...durable, bind: STATE_ADDRESS });
    const env = {
      REDIS_QUEUE_HOST: QUEUE_ADDRESS,
      REDIS_STATE_HOST: STATE_ADDRESS,
      REDIS_PORT: String(port),
      FUNC_ROOT: join(directory, 'functions'),
      ...options.env,
    };
    const upload = await FaasmProcess.start({ args: ['upload', '--port', '0'], env, roles: ['upload'] });
    const edges = await Promise.all(Array.from({ length: options.edges }, async () => await startEdge(env)));
    const workers = await Promise.all(
      Array.from({ length: options.workers }, async () => await startWorker(env)),
    );
    const cluster = new Cluster({ queue, state, upload, edges, workers }, { directory, env });
    await Promise.all([
      ...edges.map(async (edge) => await ready(edge.url('edge'))),
      ...workers.map(async (worker) => await ready(worker.url('worker'))),
    ]);
    return cluster;
  }

  /** Starts one more worker. */
  async addWorker(): Promise<FaasmProcess> {
    const worker = await startWorker(this.#env);
    this.workers.push(worker);
    await ready(worker.url('worker'));
    return worker;
  }

  /** Ends everything in order: first what accepts, then what runs, then what stores. */
  async stop(): Promise<void> {
    for (const process of [...this.edges, ...this.workers, this.upload]) await process.stop();
    await this.queue.stop();
    await this.state.stop();
    await rm(this.#directory, { recursive: true });
  }
}

async function startEdge(env: Readonly<Record<string, string>>): Promise<FaasmProcess> {
  return await FaasmProcess.start({ args: ['edge', '--port', '0'], env, roles: ['edge'] });
}

async function startWorker(env: Readonly<Record<string, string>>): Promise<FaasmProcess> {
  return await FaasmProcess.start({ args: ['worker', '--port', '0'], env, roles: ['worker'] });
}

/** Between looks at a server that is not ready, in milliseconds; its own check is made once a second. */
const READY_PAUSE_MS = 50;

/** Resolves once a server says that it is ready. */
export async function ready(url: string): Promise<void> {
  while ((await fetch(`${url}/readyz`)).status !== 200)
    await new Promise((resolve) => setTimeout(resolve, READY_PAUSE_MS));
}
