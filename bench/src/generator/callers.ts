import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { TOOLS } from '../machine/tools.ts';

const run = promisify(execFile);

const PROGRAM = fileURLToPath(new URL('callers-program.ts', import.meta.url));

/** Bytes of latencies that a run prints at most. */
const PRINTED_BYTES_MAX = 64 * 1024 * 1024;

/** When calls are made. */
type Arrivals =
  /** By callers that wait for the answer, then for a random time within `pausesMs`. */
  | {
      readonly type: 'closed';
      readonly callers: number;
      readonly pausesMs: readonly [min: number, max: number];
    }
  /** At random moments, at this rate, whether earlier calls were answered or not. */
  | { readonly type: 'open'; readonly perSecond: number };

/** What a crowd of callers does. */
export interface CallersLoad {
  readonly url: string;
  /** POST if there is none. */
  readonly method?: 'GET' | 'POST';
  readonly body: string;
  /** For how long calls are made whose answers are not counted. */
  readonly leadSeconds: number;
  /** For how long calls are made, and answers counted, after that. The answers to all calls are waited for. */
  readonly seconds: number;
  /** Until a call's deadline, which the server is told. */
  readonly timeoutMs: number;
  readonly arrivals: Arrivals;
}

/** What the callers saw while answers were counted. */
export interface CallersSaw {
  /** Number of answers by status; 0 for a connection that broke. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Of answers with status 200 before their deadline, in milliseconds. */
  readonly latenciesMs: readonly number[];
  /** When each of these was called, by the clock of `monotonicMs`. */
  readonly calledAtMs: readonly number[];
}

/** Callers that call. */
export interface Callers {
  /** Resolves with the first answer. */
  readonly begun: Promise<void>;
  readonly saw: Promise<CallersSaw>;
  /** Ends them before their time; they wait for the answers to all calls. */
  stop(): void;
}

/** Lets callers call, from a process of its own on `cores`. wrk can neither pause nor call more often than it is answered. */
export async function letCall(load: CallersLoad, cores: readonly number[]): Promise<CallersSaw> {
  return await startCallers(load, cores).saw;
}

/** The same, without waiting for them. */
export function startCallers(load: CallersLoad, cores: readonly number[]): Callers {
  const args = ['--cpu-list', cores.join(','), process.execPath, PROGRAM, JSON.stringify(load)];
  const printed = run(TOOLS.taskset.command, args, { maxBuffer: PRINTED_BYTES_MAX });
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  printed.child.stderr?.once('data', () => {
    resolve();
  });
  return {
    begun,
    saw: printed.then(({ stdout }) => JSON.parse(stdout) as CallersSaw),
    stop: () => printed.child.kill('SIGTERM'),
  };
}
