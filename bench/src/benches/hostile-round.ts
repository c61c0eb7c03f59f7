import type { HostileFunction } from '@faasm/test-support/hostile';
import { setTimeout as delay } from 'node:timers/promises';
import { startCallers, type CallersLoad, type CallersSaw } from '../generator/callers.ts';
import type { Cores } from '../machine/cores.ts';
import { monotonicMs } from '../machine/monotonic.ts';
import { quantile } from '../stats/mean-interval.ts';
import { callHostileGuest } from '../subjects/hostile-guest.ts';
import type { RunningStandalone } from '../subjects/standalone.ts';

/** Of each call of a hostile guest, in milliseconds. One that ends earlier is called again and again until then. */
export const DEADLINE_MS = 150;

/** Before anything is measured, in seconds: until the programs that call are as fast as they become. */
const LEAD_SECONDS = 1;

/** Longer than any round, in seconds: ends callers that nobody stops. */
const CALLERS_SECONDS_MAX = 600;

/** Who else asks something of the server: one request at a time, at moments that have nothing to do with guests. */
const OTHERS = {
  neighbour: { path: '/f/demo/echo', method: 'POST', body: 'Short calls beside a hostile guest' },
  healthz: { path: '/healthz', method: 'GET', body: '' },
} as const satisfies Record<string, Pick<CallersLoad, 'method' | 'body'> & { readonly path: string }>;

/** Somebody else. */
export type Other = keyof typeof OTHERS;

/** All of them. */
export const OTHER_NAMES = Object.keys(OTHERS) as Other[];

/** In milliseconds. */
interface Wait {
  readonly p50: number;
  readonly p99: number;
}

/** What the others waited for, of calls that ran during some time. */
type Waits = Readonly<Record<Other, Wait>>;

/** All guests, one after another. */
export interface HostileRound {
  /** While there was no hostile guest. */
  readonly alone: Waits;
  readonly besideAll: Waits;
  /** By guest: how late its latest answer was, in milliseconds, and what the others waited for meanwhile. */
  readonly guests: Readonly<Record<string, { readonly lateMs: number; readonly beside: Waits }>>;
}

/** From one moment to another, by {@link monotonicMs}. */
interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Measures the others beside each of the guests, and alone in between, for some seconds. Rejects if one gets no answer. */
export async function measureHostileRound(
  server: RunningStandalone,
  guests: readonly HostileFunction[],
  { cores, seconds }: { readonly cores: Cores; readonly seconds: number },
): Promise<HostileRound> {
  const guestsBetween = Math.ceil((guests.length * DEADLINE_MS) / (seconds * 1_000));
  const others = startOthers(server, cores);
  try {
    await others.begun;
    await delay(LEAD_SECONDS * 1_000);
    const alone: Span[] = [];
    const measured: { name: string; lateMs: number; span: Span }[] = [];
    for (const [i, guest] of guests.entries()) {
      if (i % guestsBetween === 0) alone.push(await spanOf(() => delay(DEADLINE_MS)));
      let lateMs = Number.NEGATIVE_INFINITY;
      const span = await spanOf(async (until) => {
        do lateMs = Math.max(lateMs, await callHostileGuest(server, guest, DEADLINE_MS));
        while (monotonicMs() < until);
      });
      measured.push({ name: guest.name, lateMs, span });
    }
    const waitsIn = await others.stop();
    const entries = measured.map(({ name, lateMs, span }) => [name, { lateMs, beside: waitsIn([span]) }]);
    return {
      alone: waitsIn(alone),
      besideAll: waitsIn(measured.map(({ span }) => span)),
      guests: Object.fromEntries(entries),
    };
  } finally {
    await others.stop();
  }
}

async function spanOf(work: (until: number) => Promise<void>): Promise<Span> {
  const fromMs = monotonicMs();
  await work(fromMs + DEADLINE_MS);
  return { fromMs, toMs: monotonicMs() };
}

function startOthers(
  { origin }: RunningStandalone,
  { generator }: Cores,
): { begun: Promise<unknown>; stop: () => Promise<(spans: readonly Span[]) => Waits> } {
  const common = {
    leadSeconds: 0,
    seconds: CALLERS_SECONDS_MAX,
    timeoutMs: 10_000,
    arrivals: { type: 'closed', callers: 1, pausesMs: [1, 5] },
  } as const;
  const started = OTHER_NAMES.map((name) => {
    const { path, ...other } = OTHERS[name];
    return { name, callers: startCallers({ ...common, ...other, url: `${origin}${path}` }, generator) };
  });
  // One that ends before it is answered says why.
  const begun = Promise.all(started.map(({ callers }) => Promise.race([callers.begun, callers.saw])));
  return {
    begun,
    stop: async () => {
      for (const { callers } of started) callers.stop();
      const all = started.map(async ({ name, callers }) => [name, await callers.saw] as const);
      const saw = Object.fromEntries(await Promise.all(all)) as Record<Other, CallersSaw>;
      return (spans) => ({ neighbour: waitsOf(saw.neighbour, spans), healthz: waitsOf(saw.healthz, spans) });
    },
  };
}

/** Of calls that ran during one of the spans; of the next one if none did. Throws if there was none, or one that failed. */
function waitsOf({ statuses, latenciesMs, calledAtMs }: CallersSaw, spans: readonly Span[]): Wait {
  const calls = latenciesMs.map((ms, i) => ({ ms, fromMs: calledAtMs[i] ?? Number.NaN }));
  const ended = ({ ms, fromMs }: (typeof calls)[number], by: number): boolean => fromMs + ms < by;
  const during = calls.filter((call) =>
    spans.some(({ fromMs, toMs }) => !ended(call, fromMs) && call.fromMs <= toMs),
  );
  const next = calls.find((call) => !ended(call, spans[0]?.fromMs ?? Number.NaN));
  if (next === undefined || Object.keys(statuses).some((status) => status !== '200'))
    throw new Error(`Not every short call was answered beside guests: ${JSON.stringify(statuses)}`);
  const waits = (during.length > 0 ? during : [next]).map(({ ms }) => ms);
  return { p50: quantile(waits, 0.5), p99: quantile(waits, 0.99) };
}
