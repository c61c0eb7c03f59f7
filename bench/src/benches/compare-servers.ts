import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONNECTIONS, generateLoad, type LoadResult } from '../generator/wrk.ts';
import { divideCores, type Cores } from '../machine/cores.ts';
import { cpuSeconds } from '../machine/process-tree.ts';
import { requireTools, TOOLS, type Tool } from '../machine/tools.ts';
import type { RunningSubject, Subject } from '../subjects/subject.ts';
import type { BenchOptions } from './bench.ts';

/** Load on each subject before the first round: V8 goes on compiling for some seconds. */
const WARM_UP_SECONDS = 5;

/** One measurement of one server. */
export interface ServerSample extends LoadResult {
  readonly cpuSeconds: number;
  readonly requestsPerSecond: number;
  readonly requestsPerCpuSecond: number;
}

/** Samples by the subject's name, the same number of each: those with the same index are of one round. */
export type ServerSamples = ReadonlyMap<string, readonly ServerSample[]>;

/** Which servers to measure with what. */
export interface ServerComparison {
  readonly subjects: readonly Subject[];
  /** What each request posts, and must get back. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** What the subjects need beside the generator. */
  readonly tools: readonly Tool[];
}

/** What {@link measureServers} found. */
export interface ServerMeasurements {
  readonly samples: ServerSamples;
  /** How it was measured, in words. */
  readonly setting: string;
}

/**
 * Runs all subjects at once and measures them in turn, round by round, starting each round with another one; only
 * one of them has work at any time. Rejects if a subject does not answer with what it got, before and after.
 */
export async function measureServers(
  { subjects, body, tools }: ServerComparison,
  options: BenchOptions,
): Promise<ServerMeasurements> {
  requireTools([TOOLS.wrk, TOOLS.taskset, ...tools]);
  const cores = divideCores();
  const folder = await mkdtemp(join(tmpdir(), 'faasm-bench-'));
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => rm(folder, { recursive: true }));

  const running = new Map<string, RunningSubject>();
  for (const subject of subjects) {
    options.progress(`starting ${subject.name}`);
    const site = { cores: cores.server, folder: join(folder, subject.name) };
    await mkdir(site.folder);
    const started = await subject.start(site);
    cleanup.defer(() => started.stop());
    running.set(subject.name, started);
  }

  const load = { body, cores: cores.generator, folder };
  for (const [name, { url }] of running) {
    await requireEcho(url, body);
    options.progress(`warming up ${name}`);
    await generateLoad({ ...load, url, seconds: WARM_UP_SECONDS });
  }
  const samples = await measureRounds(running, {
    ...options,
    measure: (subject) => measure(subject, { ...load, seconds: options.seconds }),
  });
  for (const { url } of running.values()) await requireEcho(url, body);
  return { samples, setting: describeSetting(cores, body, options) };
}

interface RoundOptions extends BenchOptions {
  readonly measure: (subject: RunningSubject) => Promise<ServerSample>;
}

async function measureRounds(
  running: ReadonlyMap<string, RunningSubject>,
  { rounds, progress, measure: measureOne }: RoundOptions,
): Promise<ServerSamples> {
  const samples = new Map<string, ServerSample[]>([...running.keys()].map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const figures: string[] = [];
    for (const [name, subject] of rotate([...running], round)) {
      const sample = await measureOne(subject);
      samples.get(name)?.push(sample);
      figures.push(`${name} ${Math.round(sample.requestsPerCpuSecond)}`);
    }
    progress(`round ${round + 1} of ${rounds}, requests/CPU-second: ${figures.join(', ')}`);
  }
  return samples;
}

/** The list with its first `steps` elements moved to the end, as often as that takes. */
export function rotate<T>(list: readonly T[], steps: number): T[] {
  const start = list.length === 0 ? 0 : steps % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}

interface MeasureOptions {
  readonly body: Uint8Array;
  readonly seconds: number;
  readonly cores: readonly number[];
  readonly folder: string;
}

async function measure({ url, pids }: RunningSubject, options: MeasureOptions): Promise<ServerSample> {
  const before = cpuSeconds(pids);
  const result = await generateLoad({ ...options, url });
  const used = cpuSeconds(pids) - before;
  return {
    ...result,
    cpuSeconds: used,
    requestsPerSecond: result.requests / result.seconds,
    requestsPerCpuSecond: result.requests / used,
  };
}

async function requireEcho(url: string, body: Uint8Array<ArrayBuffer>): Promise<void> {
  const answer = await fetch(url, { method: 'POST', body });
  const echoed = Buffer.from(await answer.arrayBuffer());
  if (answer.status === 200 && echoed.equals(body)) return;
  throw new Error(
    `${url} is no echo: status ${answer.status}, ${echoed.length} bytes for ${body.length}: ${echoed.toString().slice(0, 500)}`,
  );
}

function describeSetting(cores: Cores, body: Uint8Array, { rounds, seconds }: BenchOptions): string {
  return (
    `wrk with ${CONNECTIONS} connections on core ${cores.generator.join(', ')}, ` +
    `servers on core ${cores.server.join(', ')}; body of ${body.length} bytes; ` +
    `${rounds} rounds of ${seconds} s each, interleaved`
  );
}
