import { functionRef, type CallLog, type FunctionRef } from '@faasm/protocol';
import { utf8 } from '@faasm/stdx';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LogFeed } from './log-feed.ts';

/** A feed that a test has for itself. */
export interface FeedUnderTest {
  readonly feed: LogFeed;
  /** What another process has; the same object where there is but one process. */
  join(): Promise<LogFeed>;
  close(): Promise<void>;
}

/** After this a test that waits for what never comes has failed. */
const TEST_TIMEOUT_MS = 60_000;

/** How often a test looks for what nothing tells of, in milliseconds. */
const LOOK_AGAIN_MS = 5;

const ECHO = functionRef('demo', 'echo');
const OTHER = functionRef('demo', 'other');

/** Registers the tests that every {@link LogFeed} passes. */
export function logFeedContract(name: string, makeFeed: () => Promise<FeedUnderTest>): void {
  describe(`${name} as LogFeed`, () => {
    for (const [title, run] of Object.entries(CASES)) {
      it(title, { timeout: TEST_TIMEOUT_MS }, async () => {
        const world = await makeFeed();
        try {
          await run(world);
        } finally {
          await world.close();
        }
      });
    }
  });
}

function logOf(ref: FunctionRef, stdout: string): CallLog {
  const outcome = { type: 'exit', exitCode: 7 } as const;
  const stderr = Uint8Array.of(0xff, 0x00);
  return { id: '01'.padEnd(26, '0'), function: ref, outcome, finishedAt: 5, stdout: utf8(stdout), stderr };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((tick) => setTimeout(tick, LOOK_AGAIN_MS));
}

const CASES: Record<string, (world: FeedUnderTest) => Promise<void>> = {
  'LogFeed.follow shows what is published of its function, in order, and nothing of others': async (
    world,
  ) => {
    const { feed } = world;
    const worker = await world.join();
    const seen: CallLog[] = [];
    const stop = await feed.follow(ECHO, (log) => seen.push(log));
    await until(() => worker.isFollowed(ECHO));
    worker.publish(logOf(OTHER, 'other'));
    for (const text of ['one', 'two', 'three']) worker.publish(logOf(ECHO, text));
    await until(() => seen.length === 3);
    assert.deepEqual(
      seen.map(({ stdout, stderr, ...rest }) => [Buffer.from(stdout).toString(), [...stderr], rest]),
      ['one', 'two', 'three'].map((text) => {
        const { stdout: _, stderr: __, ...rest } = logOf(ECHO, text);
        return [text, [0xff, 0], rest];
      }),
    );
    stop();
  },

  'LogFeed.isFollowed says whether anybody follows, and forgets who has stopped': async (world) => {
    const { feed } = world;
    const worker = await world.join();
    assert.equal(worker.isFollowed(ECHO), false);
    const stops = [await feed.follow(ECHO, () => undefined), await feed.follow(ECHO, () => undefined)];
    await until(() => worker.isFollowed(ECHO));
    assert.equal(worker.isFollowed(OTHER), false);
    stops[0]?.();
    assert.equal(worker.isFollowed(ECHO), true);
    stops[1]?.();
    stops[1]?.();
    await until(() => !worker.isFollowed(ECHO));
  },

  'LogFeed.follow by two shows everything to both, until one stops': async (world) => {
    const { feed } = world;
    const other = await world.join();
    const seen = { a: 0, b: 0 };
    const stop = await feed.follow(ECHO, () => (seen.a += 1));
    const stopOther = await other.follow(ECHO, () => (seen.b += 1));
    await until(() => feed.isFollowed(ECHO) && other.isFollowed(ECHO));
    feed.publish(logOf(ECHO, 'one'));
    await until(() => seen.a === 1 && seen.b === 1);
    stop();
    feed.publish(logOf(ECHO, 'two'));
    await until(() => seen.b === 2);
    assert.equal(seen.a, 1);
    stopOther();
  },
};
