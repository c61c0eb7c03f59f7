import type { CallKind, CallResult } from '@faasm/protocol';
import { EXECUTOR_EVENTS, type FunctionInitialized } from '@faasm/executor';
import { CALL_EVENTS, type CallCounts, type CallFinished, type WorkerTrouble } from '@faasm/scheduler';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { TalliedHistogram, type Series } from './tallied-histogram.ts';

export type { Registry } from 'prom-client';

/** Upper bounds in seconds, from a warm Faaslet to the longest default deadline. */
const CALL_BUCKETS_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 15, 60];

/** A registry with Node's own metrics. */
export function createMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** Counts and times the calls that this process runs. The returned function ends it. */
export function measureCalls(registry: Registry): () => void {
  const registers = [registry];
  const ended: Record<CallKind, Map<string, number>> = { sync: new Map(), async: new Map() };
  const calls = new Counter({
    name: 'faasm_calls_total',
    help: 'Calls that this process ran, by kind and by how they ended',
    labelNames: ['kind', 'outcome'],
    collect() {
      this.reset();
      for (const [kind, outcomes] of Object.entries(ended)) {
        for (const [outcome, count] of outcomes) this.inc({ kind, outcome }, count);
      }
    },
    registers: [],
  });
  registry.registerMetric(calls);
  const phases = new TalliedHistogram({
    name: 'faasm_call_phase_seconds',
    help: 'Time of a call in the queue, in preparing its Faaslet (cold) and in the function (run)',
    labelNames: ['phase'],
    buckets: CALL_BUCKETS_SECONDS,
  });
  registry.registerMetric(phases);
  const queue = phases.series({ phase: 'queue' });
  const cold = phases.series({ phase: 'cold' });
  const run = phases.series({ phase: 'run' });
  const troubles = new Counter({
    name: 'faasm_worker_troubles_total',
    help: 'Failed attempts that are tried again, by what the worker was doing',
    labelNames: ['doing'],
    registers,
  });
  const finished = (message: unknown): void => {
    const { call, result } = message as CallFinished;
    const outcomes = ended[call.kind];
    const outcome = outcomeLabel(result);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    queue.observe(result.timings.queueMs / 1000);
    cold.observe(result.timings.coldMs / 1000);
    run.observe(result.timings.runMs / 1000);
  };
  const trouble = (message: unknown): void => {
    troubles.inc({ doing: (message as WorkerTrouble).doing });
  };
  CALL_EVENTS.finished.subscribe(finished);
  CALL_EVENTS.trouble.subscribe(trouble);
  return () => {
    CALL_EVENTS.finished.unsubscribe(finished);
    CALL_EVENTS.trouble.unsubscribe(trouble);
  };
}

/** Counts what the executor does besides running calls. The returned function ends it. */
export function measureExecutor(registry: Registry): () => void {
  const registers = [registry];
  const replaced = new Counter({
    name: 'faasm_threads_replaced_total',
    help: 'Executor threads that ended, by a deadline, a cancellation or a crash, and were replaced',
    registers,
  });
  const compiled = new Counter({
    name: 'faasm_modules_compiled_total',
    help: 'Modules that this process fetched and compiled',
    registers,
  });
  const initialized = new Counter({
    name: 'faasm_functions_initialized_total',
    help: 'Proto-Faaslets made, by running constructors or from a stored snapshot',
    labelNames: ['from'],
    registers,
  });
  const onInitialized = (message: unknown): void => {
    initialized.inc({ from: (message as FunctionInitialized).from });
  };
  const onReplaced = (): void => {
    replaced.inc();
  };
  const onCompiled = (): void => {
    compiled.inc();
  };
  EXECUTOR_EVENTS.threadReplaced.subscribe(onReplaced);
  EXECUTOR_EVENTS.moduleCompiled.subscribe(onCompiled);
  EXECUTOR_EVENTS.functionInitialized.subscribe(onInitialized);
  return () => {
    EXECUTOR_EVENTS.threadReplaced.unsubscribe(onReplaced);
    EXECUTOR_EVENTS.moduleCompiled.unsubscribe(onCompiled);
    EXECUTOR_EVENTS.functionInitialized.unsubscribe(onInitialized);
  };
}

/** How many Faaslets there are in which state. */
export interface FaasletCounts {
  readonly running: number;
  readonly idle: number;
  /** Memories that wait for a Faaslet. */
  readonly spare: number;
  readonly limit: number;
}

/** Reports Faaslets by state whenever the metrics are read. */
export function measureFaaslets(registry: Registry, counts: () => FaasletCounts): void {
  const gauge = new Gauge({
    name: 'faasm_faaslets',
    help: 'Faaslets by state: running, idle, spare (memories without one), and the limit of all together',
    labelNames: ['state'],
    collect: () => {
      for (const [state, number] of Object.entries(counts())) gauge.set({ state }, Number(number));
    },
    registers: [],
  });
  registry.registerMetric(gauge);
}

/** Reports the queue's counts whenever the metrics are read. */
export function measureQueue(registry: Registry, counts: () => Promise<CallCounts>): void {
  const gauge = new Gauge({
    name: 'faasm_queue_calls',
    help: 'Calls by state: accepted = queued + running + done + dead',
    labelNames: ['state'],
    collect: async () => {
      const now = await counts();
      for (const [state, number] of Object.entries(now)) gauge.set({ state }, Number(number));
    },
    registers: [],
  });
  registry.registerMetric(gauge);
}

/** Counts bytes of state values that callers were sent (`read`) or that they sent (`written`). */
export type CountStateBytes = (direction: 'read' | 'written', bytes: number) => void;

/** The counter of state bytes of a registry. Ask once. */
export function countStateBytes(registry: Registry): CountStateBytes {
  const counter = new Counter({
    name: 'faasm_state_bytes_total',
    help: 'Bytes of state values that callers read and wrote over HTTP',
    labelNames: ['direction'],
    registers: [registry],
  });
  return (direction, bytes) => {
    counter.inc({ direction }, bytes);
  };
}

/** A number of this process, read whenever the metrics are. */
export interface Reading {
  readonly name: string;
  readonly help: string;
  readonly value: () => number;
}

/** Reports a number of this process. */
export function measureReading(registry: Registry, { name, help, value }: Reading): void {
  const gauge = new Gauge({
    name,
    help,
    collect: () => {
      gauge.set(value());
    },
    registers: [],
  });
  registry.registerMetric(gauge);
}

type Labels = Omit<AnsweredRequest, 'seconds'>;

/** An HTTP request that was answered. */
export interface AnsweredRequest {
  readonly method: string;
  /** Pattern of its route. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

const HTTP_METRICS_NAME = 'faasm_http_request_seconds';

/** Counts and times HTTP requests by method, route pattern and status; the servers of one process share it. */
export class HttpMetrics extends TalliedHistogram<'method' | 'route' | 'status'> {
  readonly #byLabels = new Map<string, Series>();
  /** Those of the request that was answered last: the next is mostly like it. */
  #newest: { readonly labels: Labels; readonly series: Series } | undefined;

  /** The one of the registry. */
  static of(registry: Registry): HttpMetrics {
    const present = registry.getSingleMetric(HTTP_METRICS_NAME);
    if (present instanceof HttpMetrics) return present;
    const made = new HttpMetrics({
      name: HTTP_METRICS_NAME,
      help: 'HTTP requests by method, route pattern and status',
      labelNames: ['method', 'route', 'status'],
      buckets: CALL_BUCKETS_SECONDS,
    });
    registry.registerMetric(made);
    return made;
  }

  answered({ method, route, status, seconds }: AnsweredRequest): void {
    const last = this.#newest?.labels;
    if (last?.status !== status || last.route !== route || last.method !== method) {
      const labels = { method, route, status };
      this.#newest = { labels, series: this.#seriesOf(labels) };
    }
    this.#newest?.series.observe(seconds);
  }

  #seriesOf(labels: Labels): Series {
    const key = `${labels.status}${labels.method}${labels.route}`;
    const known = this.#byLabels.get(key);
    if (known !== undefined) return known;
    const series = this.series(labels);
    this.#byLabels.set(key, series);
    return series;
  }
}

function outcomeLabel({ outcome }: CallResult): string {
  if (outcome.type === 'success') return 'success';
  return outcome.type === 'exit' ? 'guest.exit' : outcome.code;
}
