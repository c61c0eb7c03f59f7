import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** The roles that listen, by the word they print. */
export type ListeningRole = 'edge' | 'upload' | 'worker';

/** How to start a `faasm` process. */
export interface FaasmProcessOptions {
  /** Command line, beginning with the role: `['start', '--port', '0']`. */
  readonly args: readonly string[];
  /** Settings; the rest of the environment is not passed on, but for PATH and HOME. */
  readonly env?: Readonly<Record<string, string>>;
  /** The lines to wait for: one `ROLE ready at URL` each. */
  readonly roles: readonly ListeningRole[];
}

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const MAIN = fileURLToPath(import.meta.resolve('@faasm/cli/main'));

/** Kept of a process's standard error, in characters, to be shown when it fails. */
const STDERR_CHARS_MAX = 200_000;

/** Processes that a test which failed half-way must not leave behind. */
const running = new Set<ChildProcessByStdio<null, Readable, Readable>>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A real `faasm` process that a test started. */
export class FaasmProcess {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #urls = new Map<ListeningRole, string>();
  readonly #exited: Promise<Exit>;
  #stdout = '';
  #stderr = '';

  private constructor(child: ChildProcessByStdio<null, Readable, Readable>) {
    this.#child = child;
    running.add(child);
    child.once('exit', () => running.delete(child));
    this.#exited = once(child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
    }));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      this.#stderr = (this.#stderr + chunk).slice(-STDERR_CHARS_MAX);
    });
  }

  /** Starts the process and waits until each role listens. Rejects with its log when it ends before. */
  static async start(options: FaasmProcessOptions): Promise<FaasmProcess> {
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(process.execPath, [MAIN, ...options.args], {
      env: { PATH, HOME, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const started = new FaasmProcess(child);
    await started.#listening(options);
    return started;
  }

  /** Base URL of a role, without a slash at the end. */
  url(role: ListeningRole): string {
    const url = this.#urls.get(role);
    if (url === undefined) throw new Error(`This process has no ${role}`);
    return url;
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** What it has printed so far. */
  get stdout(): string {
    return this.#stdout;
  }

  /** The last of its log. */
  get stderr(): string {
    return this.#stderr;
  }

  /** Sends a signal. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves when the process has ended. */
  async exit(): Promise<Exit> {
    return await this.#exited;
  }

  /** Ends it in order, by SIGTERM. Rejects with its log when it does not exit with 0. */
  async stop(): Promise<void> {
    this.signal('SIGTERM');
    const { code, signal } = await this.#exited;
    if (code !== 0) throw new Error(`faasm ended with ${String(code ?? signal)}:\n${this.#stderr}`);
  }

  /** Ends it at once, by SIGKILL. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.#exited;
  }

  async #listening({ roles, args }: FaasmProcessOptions): Promise<void> {
    const all = Promise.withResolvers<void>();
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.#stdout += `${line}\n`;
      const [, role, url] = /^(edge|upload|worker) ready at (http:\S+)$/.exec(line) ?? [];
      if (role !== undefined && url !== undefined) this.#urls.set(role as ListeningRole, url);
      if (roles.every((expected) => this.#urls.has(expected))) all.resolve();
    });
    const early = this.#exited.then((exit) => {
      throw new Error(`faasm ${args.join(' ')} ended early with ${JSON.stringify(exit)}:\n${this.#stderr}`);
    });
    await Promise.race([all.promise, early]);
  }
}
