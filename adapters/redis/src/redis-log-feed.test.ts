import { logFeedContract } from '@faasm/scheduler/contracts';
import { functionRef, isFaasmError } from '@faasm/protocol';
import { systemClock } from '@faasm/stdx';
import { startRedis, type RedisServer } from '@faasm/test-support';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { RedisLogFeed } from './redis-log-feed.ts';

let server: RedisServer;

before(async () => {
  server = await startRedis();
});

after(async () => {
  await server.stop();
});

async function connected(): Promise<RedisLogFeed> {
  const feed = connect(server.port);
  for (;;) {
    try {
      // Both connections are there once this works.
      (await feed.follow(functionRef('test', 'connects'), () => undefined))();
      return feed;
    } catch (error) {
      assert.ok(isFaasmError(error, 'queue.unavailable'));
      await new Promise((tick) => setTimeout(tick, 5));
    }
  }
}

function connect(port: number): RedisLogFeed {
  return RedisLogFeed.connect({
    host: server.host,
    port,
    name: 'test:logs',
    clock: systemClock,
    onError: () => undefined,
  });
}

logFeedContract('RedisLogFeed', async () => {
  const feeds: RedisLogFeed[] = [];
  const join = async (): Promise<RedisLogFeed> => {
    const feed = await connected();
    feeds.push(feed);
    return feed;
  };
  return {
    feed: await join(),
    join,
    close: async () => {
      for (const feed of feeds) await feed.close();
    },
  };
});

test('RedisLogFeed.follow throws queue.unavailable without a server, and leaves nothing behind', async (t) => {
  const feed = connect(1);
  t.after(async () => {
    await feed.close();
  });
  const ref = functionRef('demo', 'echo');
  for (let i = 0; i < 2; i++) {
    await assert.rejects(
      feed.follow(ref, () => undefined),
      (error) => isFaasmError(error, 'queue.unavailable'),
    );
  }
  assert.equal(feed.isFollowed(ref), false);
  feed.publish({
    id: 'x',
    function: ref,
    outcome: { type: 'success' },
    finishedAt: 0,
    stdout: Buffer.of(),
    stderr: Buffer.of(),
  });
});
