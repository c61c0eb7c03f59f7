import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { freePort } from './free-port.ts';

/** How to run a Redis server. */
export interface RedisOptions {
  /** Address to listen on; 127.0.0.1 when absent. */
  readonly bind?: string;
  /** Port; a free one when absent. */
  readonly port?: number;
  /** Where it keeps its files; a directory of its own, removed by {@link RedisServer.stop}, when absent. */
  readonly dir?: string;
  /** Whether it writes an append-only file, and so survives a kill. */
  readonly appendonly?: boolean;
  /** More settings, as in redis.conf: `{ maxmemory: '64mb' }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** How often another free port is tried when the first was taken in the meantime. */
const PORT_TRIES = 5;

/** Servers that a test which failed half-way must not leave behind. */
const running = new Set<Child>();
const endAll = (): void => {
  for (const child of running) child.kill('SIGKILL');
};
process.once('exit', endAll);
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    endAll();
    process.kill(process.pid, signal);
  });
}

/** Starts a real `redis-server`. Rejects, with what it printed, when it does not start or is not installed. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'faasm-redis-')));
  const host = options.bind ?? '127.0.0.1';
  for (let tries = 1; ; tries++) {
    const port = options.port ?? (await freePort(host));
    const server = new RedisServer(options, { host, port, dir });
    try {
      await server.restart();
      return server;
    } catch (error) {
      const taken = error instanceof Error && error.message.includes('Address already in use');
      if (taken && options.port === undefined && tries < PORT_TRIES) continue;
      await server.stop();
      throw error;
    }
  }
}

/** A running `redis-server` of a test's own. */
export class RedisServer {
  readonly host: string;
  readonly port: number;
  readonly dir: string;
  readonly #options: RedisOptions;
  #child: Child | undefined;

  constructor(options: RedisOptions, at: { host: string; port: number; dir: string }) {
    this.#options = options;
    this.host = at.host;
    this.port = at.port;
    this.dir = at.dir;
  }

  /** Process id; throws when it does not run. */
  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error(`Redis at ${this.host}:${this.port} does not run`);
    return pid;
  }

  /** Starts it again at the same address with the same files, after {@link kill}. */
  async restart(): Promise<void> {
    if (this.#child !== undefined) throw new Error(`Redis at ${this.host}:${this.port} runs already`);
    const child = spawn('redis-server', this.#arguments(), { stdio: ['ignore', 'pipe', 'pipe'] });
    await listening(child);
    this.#child = child;
    running.add(child);
  }

  /** Ends it at once, as a crash would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Makes it stop answering without closing its connections, as a machine that hangs would. */
  freeze(): void {
    process.kill(this.pid, 'SIGSTOP');
  }

  /** Lets it go on after {@link freeze}. */
  thaw(): void {
    process.kill(this.pid, 'SIGCONT');
  }

  /** Ends it, if it runs, and removes its directory, if that was made for it. */
  async stop(): Promise<void> {
    if (this.#child !== undefined) await this.#end('SIGKILL');
    if (this.#options.dir === undefined) await rm(this.dir, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined) throw new Error(`Redis at ${this.host}:${this.port} does not run`);
    this.#child = undefined;
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
    running.delete(child);
  }

  #arguments(): string[] {
    const settings: Record<string, string> = {
      bind: this.host,
      port: String(this.port),
      dir: this.dir,
      save: '',
      appendonly: this.#options.appendonly === true ? 'yes' : 'no',
      'maxmemory-policy': 'noeviction',
      ...this.#options.settings,
    };
    return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  }
}

/** Resolves when the server takes connections, its files loaded; rejects when it ends before. */
async function listening(child: Child): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      printed += `${line}\n`;
      if (line.includes('Ready to accept connections')) resolve();
    });
  }
  child.once('error', (cause: NodeJS.ErrnoException) => {
    const missing = cause.code === 'ENOENT';
    reject(
      missing ? new Error('redis-server is not installed: apt-get install redis-server', { cause }) : cause,
    );
  });
  child.once('close', (code) => {
    reject(new Error(`redis-server ended early with ${String(code)}:\n${printed}`));
  });
  await promise;
}
