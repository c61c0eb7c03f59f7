import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ByteRange, Piece } from './byte-range.ts';
import type { GlobalTier } from './global-tier.ts';
import { stateKey, type StateKey } from './state-key.ts';

/** A tier that a test has for itself, empty. */
export interface TierUnderTest {
  readonly tier: GlobalTier;
  /** What another process has; the same object where there is but one process. */
  readonly join: () => Promise<GlobalTier>;
  /** Lets time pass for leases, in milliseconds. */
  readonly pass: (ms: number) => Promise<void>;
  close(): Promise<void>;
}

/** Makes an empty one. */
export type MakeTier = () => Promise<TierUnderTest>;

/** Tests by their names, each of which is given a tier of its own. */
export type TierCases = Record<string, (world: TierUnderTest) => Promise<void>>;

/** After this a test that waits for what never comes has failed. */
const TEST_TIMEOUT_MS = 60_000;

/** How often a test looks for what nothing tells of, in milliseconds. */
const LOOK_AGAIN_MS = 5;

/** What cases are mostly about. */
export const KEY: StateKey = stateKey('demo', 'weights');

/** Runs each case on a tier of its own. */
export function registerCases(title: string, cases: TierCases, makeTier: MakeTier): void {
  describe(title, () => {
    for (const [name, run] of Object.entries(cases)) {
      it(name, { timeout: TEST_TIMEOUT_MS }, async () => {
        const world = await makeTier();
        try {
          await run(world);
        } finally {
          await world.close();
        }
      });
    }
  });
}

/** Looks until `condition` holds; a test's time limit ends it when it never does. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((tick) => setTimeout(tick, LOOK_AGAIN_MS));
}

/** One piece that has `bytes` from `offset` on. */
export function piece(offset: number, ...bytes: number[]): Piece {
  return { offset, bytes: Uint8Array.from(bytes) };
}

/** The bytes of a range; throws when there is no value. */
export async function bytesOf(tier: GlobalTier, key: StateKey, range: ByteRange): Promise<Uint8Array> {
  const reading = await tier.read(key, { ranges: [range], sameVersion: true });
  if (reading === undefined) throw new TypeError('There is no value to read');
  const whole = new Uint8Array(range.end - range.start);
  let at = range.start;
  for await (const { offset, bytes } of reading.pieces) {
    assert.equal(offset, at);
    whole.set(bytes, at - range.start);
    at += bytes.byteLength;
  }
  assert.equal(at, range.end);
  return whole;
}
