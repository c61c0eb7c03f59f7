import type { GlobalTier } from '@faasm/state';
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { tierWith } from '../tier-with.ts';
import { memoryTier, twoHosts, type HostOptions, type Hosts } from '../two-hosts.ts';
import { HOST_MUTANTS } from './host-mutants.ts';
import { killedBy, warm } from './killed-by.ts';
import { THREAD_MUTANTS } from './thread-mutants.ts';
import { TIER_MUTANTS } from './tier-mutants.ts';

const closing: (() => Promise<void>)[] = [];
const scope = { after: (close: () => Promise<void>) => closing.push(close) };
/** By mutant. */
const killers = new Map<string, string | undefined>();

let plant: (tier: GlobalTier) => GlobalTier = (tier) => tier;
let shared: Promise<Hosts> | undefined;

/** Hosts that all mutants share which can be put in and taken out again. */
async function sharedHosts(): Promise<Hosts> {
  shared ??= twoHosts(scope, memoryTier, { wrap: (tier) => current(tier), threads: 2 }).then(warm);
  return await shared;
}

/** The tier as it is planted when it is asked. */
function current(tier: GlobalTier): GlobalTier {
  const whole = tierWith(tier, {});
  return new Proxy(whole, { get: (_, name) => Reflect.get(plant(whole), name) as unknown });
}

async function ownHosts(threadMain: URL): Promise<Hosts> {
  return await warm(await twoHosts(scope, memoryTier, { threadMain, threads: 2 }));
}

/** A worker's URL keeps no query, so that the name is in its program. */
function threadOf(name: string): URL {
  const main = new URL('./mutant-thread.ts', import.meta.url);
  const program = `import { serveMutant } from ${JSON.stringify(main.href)}; await serveMutant(${JSON.stringify(name)});`;
  return new URL(`data:text/javascript,${encodeURIComponent(program)}`);
}

async function tryMutant(name: string, hosts: () => Promise<Hosts>, own: HostOptions = {}): Promise<void> {
  const killer = await killedBy(hosts, { makeTier: memoryTier, own });
  killers.set(name, killer);
  assert.notEqual(killer, undefined, 'It survives');
}

after(async () => {
  for (const close of closing) await close();
});

test('No check fails while nothing is changed', async () => {
  assert.equal(await killedBy(sharedHosts, { makeTier: memoryTier, own: {} }), undefined);
});

for (const [name, made] of Object.entries(TIER_MUTANTS)) {
  test(`Checks of state fail when ${name}`, async () => {
    plant = made;
    try {
      await tryMutant(name, sharedHosts, { wrap: made });
    } finally {
      plant = (tier) => tier;
    }
  });
}

for (const [name, put] of Object.entries(HOST_MUTANTS)) {
  test(`Checks of state fail when ${name}`, async () => {
    // A host that works first, so that what is in the way of making one is not what is seen.
    await sharedHosts();
    const restore = put();
    try {
      await tryMutant(name, sharedHosts);
    } finally {
      restore();
    }
  });
}

for (const name of Object.keys(THREAD_MUTANTS)) {
  test(`Checks of state fail when ${name}`, async () => {
    const threadMain = threadOf(name);
    const hosts = ownHosts(threadMain);
    await tryMutant(name, async () => await hosts, { threadMain });
  });
}

test('Every mutant is killed', (t) => {
  for (const [name, killer] of killers) t.diagnostic(`${name}: ${killer ?? 'SURVIVES'}`);
  const killed = [...killers.values()].filter((killer) => killer !== undefined).length;
  t.diagnostic(`${killed} / ${killers.size} mutants killed`);
  assert.equal(killed, killers.size);
});
