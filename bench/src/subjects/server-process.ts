import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { TOOLS } from '../machine/tools.ts';
import type { Site } from './subject.ts';

/** How long a server may take until it answers, and how long after SIGTERM until it has ended, in milliseconds. */
const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 35_000;
const POLL_MS = 50;
/** How long one answer may take, in milliseconds. */
const ANSWER_TIMEOUT_MS = 90_000;
/** How much of a server's log an error shows, in characters. */
const LOG_TAIL_CHARS = 2_000;

/** What to run as a server. */
export interface ServerCommand {
  /** Names it in errors and its log file. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** All of its environment except `PATH`. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A server process that benchmarks started. */
export interface ServerProcess {
  readonly pid: number;
  /**
   * Resolves once `ready` does without rejecting; asks it again and again. If that takes too long or the process
   * ends, stops it and rejects with what it printed.
   */
  untilReady(ready: () => Promise<void>): Promise<void>;
  /** Ends it with SIGTERM, or with SIGKILL if that takes too long. */
  stop(): Promise<void>;
}

/** Starts a server on the site's cores; what it prints goes to a file in the site's folder. */
export async function startServer(site: Site, server: ServerCommand): Promise<ServerProcess> {
  const { name, command, args, env = {} } = server;
  const logPath = join(site.folder, `${name}.log`);
  const log = openSync(logPath, 'a');
  // taskset replaces itself, so the process id is the server's.
  const child = spawn(TOOLS.taskset.command, ['--cpu-list', site.cores.join(','), command, ...args], {
    cwd: site.folder,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  await once(child, 'spawn');
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} has no process id`);
  const running = (): boolean => child.exitCode === null && child.signalCode === null;
  const failure = (what: string, cause?: unknown): Error =>
    new Error(`${name} ${what}; it printed: ${readFileSync(logPath, 'utf8').slice(-LOG_TAIL_CHARS)}`, {
      cause,
    });

  const stop = async (): Promise<void> => {
    if (!running()) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const kill = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(kill);
  };

  return {
    pid,
    async untilReady(ready) {
      const end = performance.now() + START_TIMEOUT_MS;
      for (;;) {
        try {
          await ready();
          return;
        } catch (error) {
          if (!running()) throw failure(`ended with ${child.exitCode ?? child.signalCode}`, error);
          if (performance.now() > end) {
            await stop();
            throw failure(`did not answer within ${START_TIMEOUT_MS} ms`, error);
          }
        }
        await delay(POLL_MS);
      }
    },
    stop,
  };
}

/** A port of `address` that nothing listens on at this moment. */
export async function freePort(address: string): Promise<number> {
  const server = createServer().listen(0, address);
  await once(server, 'listening');
  const bound = server.address();
  server.close();
  await once(server, 'close');
  if (bound === null || typeof bound === 'string') throw new Error(`No port on ${address}`);
  return bound.port;
}

/** Rejects unless `url` answers with a status of 200 to 299. */
export async function requireOk(url: string, request: RequestInit = {}): Promise<void> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS), ...request });
  const body = await answer.text();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${body.slice(0, LOG_TAIL_CHARS)}`);
}
