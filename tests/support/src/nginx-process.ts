import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

/** Between attempts to connect while nginx starts, in milliseconds. */
const CONNECT_PAUSE_MS = 20;

/** Servers that a test which failed half-way must not leave behind. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** nginx with the project's own configuration, in front of edges that a test started. */
export class NginxProcess {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #directory: string;

  private constructor(url: string, child: ChildProcess, directory: string) {
    this.url = url;
    this.#child = child;
    this.#directory = directory;
  }

  /**
   * Starts nginx on a free port with `configuration`, a file whose `server edge:8080` stands for the edges and whose
   * `listen 8080` for the port. Rejects when nginx is not installed or refuses the configuration.
   */
  static async start(configuration: string, edges: readonly string[]): Promise<NginxProcess> {
    const directory = await mkdtemp(join(tmpdir(), 'faasm-nginx-'));
    const port = await freePort();
    const servers = edges.map((url) => `server ${new URL(url).host}`);
    const text = (await readFile(configuration, 'utf8'))
      .replace(/\bserver edge:8080/, servers.join(';\n    '))
      .replace(/\blisten 8080/, `listen 127.0.0.1:${port}`)
      .replaceAll('/tmp/', `${directory}/`);
    const file = join(directory, 'nginx.conf');
    await writeFile(file, text);
    const child = spawn('nginx', ['-c', file, '-p', directory, '-g', 'daemon off;'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    const nginx = new NginxProcess(`http://127.0.0.1:${port}`, child, directory);
    await nginx.#answering(port);
    return nginx;
  }

  /** Ends it and removes its files. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
    await rm(this.#directory, { recursive: true });
  }

  async #answering(port: number): Promise<void> {
    let said = '';
    this.#child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const ended = Promise.withResolvers<never>();
    this.#child.once('error', (cause) => {
      ended.reject(new Error('nginx cannot be started; install the Debian package nginx-light', { cause }));
    });
    this.#child.once('exit', (code) => {
      ended.reject(new Error(`nginx ended with ${String(code)}: ${said}`));
    });
    ended.promise.catch(() => undefined);
    while (!(await Promise.race([canConnect(port), ended.promise]))) {
      await new Promise((resolve) => setTimeout(resolve, CONNECT_PAUSE_MS));
    }
  }
}

async function canConnect(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
