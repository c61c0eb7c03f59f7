import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { TOOLS } from '../machine/tools.ts';

const run = promisify(execFile);

/** Connections that are kept open, each with one request under way. */
export const CONNECTIONS = 16;

/** One load on one server. */
export interface Load {
  readonly url: string;
  /** What each request posts. */
  readonly body: Uint8Array;
  readonly seconds: number;
  /** Cores that the generator may use. */
  readonly cores: readonly number[];
  /** An existing folder for the generator's script. */
  readonly folder: string;
}

/** What the generator saw. */
export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  /** Latency that half of the requests stayed below, in milliseconds. */
  readonly p50Ms: number;
  /** Latency that 99 of 100 requests stayed below, in milliseconds. */
  readonly p99Ms: number;
}

/**
 * Posts as fast as the server answers, with {@link CONNECTIONS} connections. Rejects if one request failed or was
 * answered with a status of 400 or more: then the figures would be of something else.
 */
export async function generateLoad({ url, body, seconds, cores, folder }: Load): Promise<LoadResult> {
  const script = join(folder, 'load.lua');
  await writeFile(script, luaScript(body));
  const { stdout } = await run(TOOLS.taskset.command, [
    '--cpu-list',
    cores.join(','),
    TOOLS.wrk.command,
    '--threads=1',
    `--connections=${CONNECTIONS}`,
    `--duration=${seconds}s`,
    `--script=${script}`,
    url,
  ]);
  return parseLoadResult(stdout);
}

/** The script that makes wrk post `body` and print its figures as one line of JSON. */
export function luaScript(body: Uint8Array): string {
  const escaped = Array.from(body, (byte) => `\\${String(byte).padStart(3, '0')}`).join('');
  return `wrk.method = "POST"
wrk.body = "${escaped}"
wrk.headers["Content-Type"] = "application/octet-stream"

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '${MARK}{"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"failed":%d}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
`;
}

const MARK = 'figures: ';

/** Finds the script's line in what wrk printed. Throws as {@link generateLoad} rejects. */
export function parseLoadResult(printed: string): LoadResult {
  const line = printed.split('\n').find((each) => each.startsWith(MARK));
  if (line === undefined) throw new Error(`wrk printed no figures: ${printed}`);
  const figures = JSON.parse(line.slice(MARK.length)) as Record<string, number>;
  const figure = (name: string): number => {
    const value = figures[name];
    if (typeof value !== 'number') throw new Error(`wrk printed no ${name}: ${line}`);
    return value;
  };
  if (figure('failed') > 0 || figure('requests') === 0) {
    throw new Error(`${figure('failed')} of ${figure('requests')} requests failed`);
  }
  return {
    requests: figure('requests'),
    seconds: figure('microseconds') / 1e6,
    p50Ms: figure('p50') / 1e3,
    p99Ms: figure('p99') / 1e3,
  };
}
