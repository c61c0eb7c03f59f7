// Calls a function as many callers do, and prints what they saw as JSON. A `CallersLoad` comes as JSON, as argument.
// With the first answer it prints a line on standard error. SIGTERM ends it early: then no more calls are made.
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { monotonicMs } from '../machine/monotonic.ts';
import type { CallersLoad, CallersSaw } from './callers.ts';

const load = JSON.parse(process.argv[2] ?? '') as CallersLoad;
const { url, method = 'POST', leadSeconds, seconds, timeoutMs, arrivals, body } = load;

/** A status of 0 stands for a connection that broke. */
const statuses: Record<string, number> = {};
let answers = 0;
const latenciesMs: number[] = [];
const calledAtMs: number[] = [];
const agent = new Agent({ keepAlive: true });
const headers = { 'content-length': body.length, 'x-faasm-timeout': `${timeoutMs}ms` };
const countedFrom = performance.now() + leadSeconds * 1_000;
const endsAt = countedFrom + seconds * 1_000;
let callsUntil = endsAt;
process.once('SIGTERM', () => (callsUntil = performance.now()));

/** Resolves when there was an answer, whatever it was. */
async function call(): Promise<void> {
  const [from, at] = [performance.now(), monotonicMs()];
  const { promise, resolve } = Promise.withResolvers<number>();
  const outgoing = request(url, { method, agent, headers }, (answer) => {
    answer.resume();
    answer.on('end', () => {
      resolve(answer.statusCode ?? 0);
    });
    answer.on('error', () => {
      resolve(0);
    });
  });
  outgoing.on('error', () => {
    resolve(0);
  });
  outgoing.end(body);
  const status = await promise;
  const answeredAt = performance.now();
  if (answers === 0) process.stderr.write('answered\n');
  answers += 1;
  const latencyMs = answeredAt - from;
  if (answeredAt < countedFrom || answeredAt > endsAt) return;
  statuses[status] = (statuses[status] ?? 0) + 1;
  // An answer that comes after the deadline is none to whoever asked.
  if (status !== 200 || latencyMs > timeoutMs) return;
  latenciesMs.push(latencyMs);
  calledAtMs.push(at);
}

/** Each caller waits for its answer and pauses before it calls again. */
async function closedLoop(pausesMs: readonly [min: number, max: number]): Promise<void> {
  const [min, max] = pausesMs;
  while (performance.now() < callsUntil) {
    await call();
    if (max > 0) await delay(min + Math.random() * (max - min));
  }
}

/** Calls come at random moments, whether earlier ones were answered or not. */
async function openLoop(perSecond: number): Promise<void> {
  const calls: Promise<void>[] = [];
  for (
    let next = performance.now();
    next < callsUntil;
    next -= (Math.log(1 - Math.random()) * 1_000) / perSecond
  ) {
    const pauseMs = next - performance.now();
    if (pauseMs > 0) await delay(pauseMs);
    calls.push(call());
  }
  await Promise.all(calls);
}

if (arrivals.type === 'open') await openLoop(arrivals.perSecond);
else await Promise.all(Array.from({ length: arrivals.callers }, () => closedLoop(arrivals.pausesMs)));
agent.destroy();
const saw: CallersSaw = { statuses, latenciesMs, calledAtMs };
process.stdout.write(JSON.stringify(saw));
