import { isFaasmError } from '@faasm/protocol';
import { stateKey, type GlobalTier } from '@faasm/state';
import type { MakeTier } from '@faasm/state/contracts';
import assert from 'node:assert/strict';
import { History, isLinearizable, type Sequential } from './linearizable.ts';
import { tierWith } from './tier-with.ts';

const KEY = stateKey('demo', 'register');
const CLIENTS = 6;
const OPERATIONS = 8;
const LEASE_MS = 60_000;

/** A counter of 8 bytes with versions, as clients use it. */
type RegisterCall =
  | { readonly name: 'read' }
  | { readonly name: 'increment'; readonly delta: number }
  | { readonly name: 'set'; readonly expected: number; readonly value: number };

/** `version` 0 where there is no value; false when the expected version was another. */
type RegisterAnswer = { readonly version: number; readonly value: number } | false;

interface Register {
  readonly version: number;
  readonly value: number;
}

const REGISTER: Sequential<Register, RegisterCall, RegisterAnswer> = {
  initial: { version: 0, value: 0 },
  name: ({ version, value }) => `${version} ${value}`,
  apply(state, call, answer) {
    if (call.name === 'read') return same(answer, state) ? state : undefined;
    if (call.name === 'set' && answer === false) return call.expected === state.version ? undefined : state;
    // Versions grow; by how much is the tier's to choose.
    if (answer === undefined || answer === false || answer.version <= state.version) return undefined;
    if (call.name === 'set')
      return call.expected === state.version && answer.value === call.value ? answer : undefined;
    return answer.value === state.value + call.delta ? answer : undefined;
  },
};

function same(answer: RegisterAnswer | undefined, { version, value }: Register): boolean {
  return answer !== undefined && answer !== false && answer.version === version && answer.value === value;
}

/** The lock of a key: a client has it until it gives it back. */
type LockCall = { readonly name: 'lock' | 'unlock'; readonly client: number };

const LOCK: Sequential<{ holder: number | undefined; token: number }, LockCall, number | false> = {
  initial: { holder: undefined, token: 0 },
  name: ({ holder, token }) => `${holder} ${token}`,
  apply(state, { name, client }, answer) {
    if (name === 'unlock')
      return state.holder === client && answer !== false ? { ...state, holder: undefined } : undefined;
    if (answer === false) return state.holder === undefined ? undefined : state;
    if (answer === undefined || state.holder !== undefined || answer <= state.token) return undefined;
    return { holder: client, token: answer };
  },
};

async function readRegister(tier: GlobalTier): Promise<Register> {
  const reading = await tier.read(KEY, { ranges: [{ start: 0, end: 8 }], sameVersion: true });
  const bytes = new Uint8Array(8);
  for await (const piece of reading?.pieces ?? []) bytes.set(piece.bytes, piece.offset);
  return {
    version: reading?.info.version ?? 0,
    value: Number(new DataView(bytes.buffer).getBigInt64(0, true)),
  };
}

async function makeCall(tier: GlobalTier, call: RegisterCall): Promise<RegisterAnswer> {
  if (call.name === 'read') return await readRegister(tier);
  if (call.name === 'increment') {
    const { value, info } = await tier.increment(KEY, BigInt(call.delta), {});
    return { version: info.version, value: Number(value) };
  }
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(call.value), true);
  const pieces = [{ offset: 0, bytes }];
  try {
    const info = await tier.push(KEY, { sizeBytes: 8, pieces, expectedVersion: call.expected });
    return { version: info.version, value: call.value };
  } catch (error) {
    if (isFaasmError(error, 'state.conflict')) return false;
    throw error;
  }
}

/** A read may fail because the value changed meanwhile, which nobody learns anything from. */
async function readAgain(tier: GlobalTier, call: RegisterCall): Promise<RegisterAnswer> {
  for (;;) {
    try {
      return await makeCall(tier, call);
    } catch (error) {
      if (!isFaasmError(error, 'state.changed')) throw error;
    }
  }
}

function chosenCall(random: () => number, seen: number): RegisterCall {
  const choice = random();
  if (choice < 0.3) return { name: 'read' };
  if (choice < 0.6) return { name: 'increment', delta: 1 + Math.floor(random() * 5) };
  return { name: 'set', expected: seen, value: Math.floor(random() * 1_000) };
}

/** A sequence that a seed decides (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Clients that read, increment and set one register at once. */
async function registerHistory(tiers: readonly GlobalTier[], seed: number): Promise<boolean> {
  const history = new History<RegisterCall, RegisterAnswer>();
  const client = async (tier: GlobalTier, random: () => number): Promise<void> => {
    let seen = 0;
    for (let i = 0; i < OPERATIONS; i++) {
      // Other clients come in between, or not.
      for (let turns = Math.floor(random() * 4); turns > 0; turns--)
        await new Promise((turn) => setImmediate(turn));
      const call = chosenCall(random, seen);
      const answer = await history.record(call, async () => await readAgain(tier, call));
      if (answer !== undefined && answer !== false) seen = answer.version;
    }
  };
  await Promise.all(clientsOf(tiers).map((tier, i) => client(tier, randomOf(seed * CLIENTS + i))));
  return isLinearizable(history.operations, REGISTER);
}

/** Clients that lock and unlock one key at once. */
async function lockHistory(tiers: readonly GlobalTier[], seed: number): Promise<boolean> {
  const history = new History<LockCall, number | false>();
  const client = async (tier: GlobalTier, number: number): Promise<void> => {
    const random = randomOf(seed * CLIENTS + number);
    for (let i = 0; i < OPERATIONS; i++) {
      for (let turns = Math.floor(random() * 4); turns > 0; turns--)
        await new Promise((turn) => setImmediate(turn));
      const token = await history.record({ name: 'lock', client: number }, async () => {
        const answer = await tier.tryLock(KEY, { holder: `client-${number}`, leaseMs: LEASE_MS });
        return answer.granted ? answer.token : false;
      });
      if (typeof token !== 'number') continue;
      await new Promise((turn) => setImmediate(turn));
      await history.record({ name: 'unlock', client: number }, async () =>
        (await tier.unlock(KEY, token)) ? token : false,
      );
    }
  };
  await Promise.all(clientsOf(tiers).map((tier, i) => client(tier, i)));
  return isLinearizable(history.operations, LOCK);
}

function clientsOf(tiers: readonly GlobalTier[]): GlobalTier[] {
  return Array.from({ length: CLIENTS }, (_, i) => tiers[i % tiers.length] ?? assert.fail());
}

/** Tiers that keep all rules but one, each of which a history must show. */
export const PLANTED: Record<string, { kind: 'register' | 'lock'; plant: (tier: GlobalTier) => GlobalTier }> =
  {
    'compare-and-set that looks before it writes': {
      kind: 'register',
      plant: (tier) =>
        tierWith(tier, {
          push: async (key, { expectedVersion, ...push }) => {
            if (((await tier.describe(key))?.version ?? 0) !== expectedVersion)
              return await tier.push(key, { ...push, expectedVersion });
            await new Promise((turn) => setImmediate(turn));
            return await tier.push(key, push);
          },
        }),
    },
    'reads of what was there before': {
      kind: 'register',
      plant: (tier) => {
        let before: Awaited<ReturnType<GlobalTier['read']>>;
        return tierWith(tier, {
          read: async (key, terms) => {
            const stale = before;
            const reading = await tier.read(key, terms);
            const pieces = [];
            for await (const piece of reading?.pieces ?? []) pieces.push(piece);
            before = reading === undefined ? undefined : { info: reading.info, pieces: again(pieces) };
            return stale ?? before;
          },
        });
      },
    },
    'increments that read and write': {
      kind: 'register',
      plant: (tier) =>
        tierWith(tier, {
          increment: async (key, delta) => {
            const value = BigInt((await readRegister(tier)).value) + delta;
            await new Promise((turn) => setImmediate(turn));
            const bytes = new Uint8Array(8);
            new DataView(bytes.buffer).setBigInt64(0, value, true);
            return { value, info: await tier.push(key, { sizeBytes: 8, pieces: [{ offset: 0, bytes }] }) };
          },
        }),
    },
    'locks that are granted to two': {
      kind: 'lock',
      plant: (tier) => {
        let token = 1_000;
        return tierWith(tier, {
          tryLock: async (key, terms) => {
            const answer = await tier.tryLock(key, terms);
            return answer.granted || token % 5 !== 0 ? answer : { granted: true, token: (token += 1) };
          },
          unlock: async (key, given) => given > 1_000 || (await tier.unlock(key, given)),
        });
      },
    },
  };

function again<T>(items: readonly T[]): AsyncIterable<T> {
  return {
    async *[Symbol.asyncIterator]() {
      for (const item of items) yield await Promise.resolve(item);
    },
  };
}

/** Whether the histories of a tier, one for each seed, are linearizable: the seeds of those that are not. */
export async function brokenSeeds(
  kind: 'register' | 'lock',
  seeds: number,
  { makeTier, plant = (tier) => tier }: { makeTier: MakeTier; plant?: (tier: GlobalTier) => GlobalTier },
): Promise<number[]> {
  const broken: number[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const world = await makeTier();
    const planted = plant(world.tier);
    const tiers = [planted, planted === world.tier ? await world.join() : planted];
    const record = kind === 'register' ? registerHistory : lockHistory;
    if (!(await record(tiers, seed))) broken.push(seed);
    await world.close();
  }
  return broken;
}
