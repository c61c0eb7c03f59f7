import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

/** How to start a Redis server. */
export interface RedisProcessOptions {
  /** A loopback address: 127.0.0.0/8. Servers on the same port need different ones. */
  readonly host?: string;
  /** A free one when absent. */
  readonly port?: number;
}

/** Between attempts to connect while the server starts, in milliseconds. */
const CONNECT_PAUSE_MS = 20;

/** A real Redis server, with its log of changes on disk, that a test started. */
export class RedisProcess {
  readonly host: string;
  readonly port: number;
  readonly #directory: string;
  #child: ChildProcess;

  private constructor(host: string, port: number, directory: string) {
    this.host = host;
    this.port = port;
    this.#directory = directory;
    this.#child = this.#spawn();
  }

  /** Starts a server and waits until it answers. Rejects when `redis-server` is not installed. */
  static async start({ host = '127.0.0.1', port }: RedisProcessOptions = {}): Promise<RedisProcess> {
    const directory = await mkdtemp(join(tmpdir(), 'faasm-redis-'));
    const redis = new RedisProcess(host, port ?? (await freePort(host)), directory);
    await redis.#answering();
    return redis;
  }

  /** Sends a signal: SIGSTOP and SIGCONT make it slow, SIGKILL takes it down. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Takes it down at once, as a crash would. What it had acknowledged is on disk. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }

  /** Starts it again on the same port with the same data. */
  async restart(): Promise<void> {
    await this.kill();
    this.#child = this.#spawn();
    await this.#answering();
  }

  /** Ends it and removes its data. */
  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#directory, { recursive: true });
  }

  #spawn(): ChildProcess {
    const persistence = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
    const memory = ['--maxmemory-policy', 'noeviction'];
    const place = ['--bind', this.host, '--port', String(this.port), '--dir', this.#directory];
    return spawn('redis-server', [...place, ...persistence, ...memory], { stdio: 'ignore' });
  }

  async #answering(): Promise<void> {
    const failed = once(this.#child, 'error').then(([error]) => {
      throw new Error('redis-server cannot be started; install the Debian package redis-server', {
        cause: error,
      });
    });
    const ended = once(this.#child, 'exit').then(([code]) => {
      throw new Error(`redis-server on ${this.host}:${this.port} ended at once with ${String(code)}`);
    });
    const connected = (async () => {
      while (!(await canConnect(this.host, this.port)))
        await new Promise((resolve) => setTimeout(resolve, CONNECT_PAUSE_MS));
    })();
    ended.catch(() => undefined);
    failed.catch(() => undefined);
    await Promise.race([connected, failed, ended]);
  }
}

async function canConnect(host: string, port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = createConnection({ host, port });
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString().startsWith('+PONG'));
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
