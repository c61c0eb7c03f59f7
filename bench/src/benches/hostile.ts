import type { Cores } from '../machine/cores.ts';
import { makeBar, makeFigureBar, type Bar } from '../report/bar.ts';
import { meanInterval } from '../stats/mean-interval.ts';
import { geometricMean } from '../stats/moments.ts';
import { pairedRatio } from '../stats/paired-ratio.ts';
import { uploadHostileGuests } from '../subjects/hostile-guest.ts';
import type { Bench, BenchOptions } from './bench.ts';
import { rotate } from './compare-servers.ts';
import {
  DEADLINE_MS,
  measureHostileRound,
  OTHER_NAMES,
  type HostileRound,
  type Other,
} from './hostile-round.ts';
import { withStandalone } from './with-standalone.ts';

/** How late the answer to a hostile guest's call may come, in milliseconds. */
const LATE_MS_MAX = 100;

/** What hostile guests may add to the median of what others wait for, in milliseconds. */
const ADDED_MS_MAX = 1.5;

/** How late guests that mean harm are stopped, and what others notice of them. */
export const hostile: Bench = {
  name: 'hostile',
  summary:
    'how late hostile guests are stopped, and what they add to short calls on the same executor thread and to /healthz',
  async run(options) {
    return await withStandalone({ THREADS_PER_WORKER: '1' }, async (server, cores) => {
      const guests = await uploadHostileGuests(server);
      // V8 compiles, here and in the server.
      await measureHostileRound(server, guests, { cores, seconds: 1 });
      const rounds: HostileRound[] = [];
      while (rounds.length < options.rounds) {
        const turns = rotate(guests, rounds.length);
        const round = await measureHostileRound(server, turns, { cores, seconds: options.seconds });
        rounds.push(round);
        options.progress(`round ${rounds.length} of ${options.rounds}: ${inWords(round)}`);
      }
      return { bars: barsOf(rounds), raw: rounds, setting: describeSetting(cores, options) };
    });
  },
};

function barsOf(rounds: readonly HostileRound[]): Bar[] {
  const lateBar = (name: string, lateOf: (round: HostileRound) => number): Bar =>
    makeFigureBar({
      bar: `hostile/${name}/late`,
      figure: meanInterval(rounds.map(lateOf)),
      unit: 'ms',
      ceiling: LATE_MS_MAX,
    });
  const addedBar = (name: string, added: (round: HostileRound) => number): Bar =>
    makeFigureBar({
      bar: `hostile/${name}`,
      figure: meanInterval(rounds.map(added)),
      unit: 'ms',
      ceiling: ADDED_MS_MAX,
    });
  return [
    lateBar('latest-of-all', latest),
    ...OTHER_NAMES.flatMap((other) => [
      addedBar(
        `all/added-to-p50-of-${other}`,
        ({ besideAll, alone }) => besideAll[other].p50 - alone[other].p50,
      ),
      p99Bar(other, rounds),
    ]),
    ...Object.keys(rounds[0]?.guests ?? {}).flatMap((name) => [
      lateBar(name, (round) => during(round, name).lateMs),
      addedBar(
        `${name}/added-to-p50-of-neighbour`,
        (round) => during(round, name).beside.neighbour.p50 - round.alone.neighbour.p50,
      ),
    ]),
  ];
}

function p99Bar(other: Other, rounds: readonly HostileRound[]): Bar {
  const pairs = rounds.map(({ besideAll, alone }) => ({
    value: besideAll[other].p99,
    reference: alone[other].p99,
  }));
  return makeBar({
    bar: `hostile/all/p99-of-${other}`,
    ratio: pairedRatio(pairs),
    unit: 'of ms without hostile guests',
    reference: { name: 'none', value: geometricMean(pairs.map(({ reference }) => reference)), unit: 'ms' },
    measured: { value: geometricMean(pairs.map(({ value }) => value)), unit: 'ms' },
  });
}

function during({ guests }: HostileRound, name: string): HostileRound['guests'][string] {
  const found = guests[name];
  if (found === undefined) throw new RangeError(`No guest ${name} was measured`);
  return found;
}

function latest({ guests }: HostileRound): number {
  return Math.max(...Object.values(guests).map(({ lateMs }) => lateMs));
}

function inWords(round: HostileRound): string {
  const late = latest(round);
  const [name] = Object.entries(round.guests).find(([, { lateMs }]) => lateMs === late) ?? [];
  const p50s = OTHER_NAMES.map(
    (other) => `${other} ${round.alone[other].p50.toFixed(2)} and ${round.besideAll[other].p50.toFixed(2)}`,
  );
  return `latest ${late.toFixed(1)} ms (${name}), p50 in ms alone and beside: ${p50s.join(', ')}`;
}

function describeSetting(cores: Cores, { rounds, seconds }: BenchOptions): string {
  return (
    `standalone server with one executor thread on core ${cores.server.join(', ')}; one caller of demo/echo and one of ` +
    `/healthz on core ${cores.generator.join(', ')}, which pause 1 to 5 ms between calls; ${rounds} rounds, each beside every ` +
    `guest, and alone for ${seconds} s in between: one call of a guest with a deadline of ${DEADLINE_MS} ms, or as many as end ` +
    'by themselves until then'
  );
}
