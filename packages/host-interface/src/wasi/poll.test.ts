import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import type { Guest, GuestOutcome } from '@faasm/faaslet';
import { assemble, I32, LoneGuest, OP, TestEngine } from '@faasm/faaslet/testing';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_ARGUMENT_BOUNDS } from '../argument-bounds.ts';
import { hostInterface, linkImports } from '../host-interface.ts';
import { ERRNO } from './errno.ts';

/** Wakes guests that would wait for long at once; ends them when they have waited five times. */
class WakesEarly extends LoneGuest {
  readonly waitsMs: number[] = [];

  override waits(guest: Guest, { until, resume }: { until: number; resume: () => void }): void {
    this.waitsMs.push(until - performance.now());
    if (this.waitsMs.length === 5) guest.endAtNextCheck({ type: 'exit', exitCode: 9 });
    super.waits(guest, { until: until > performance.now() + 1_000 ? 0 : until, resume });
  }
}

const scheduler = new WakesEarly();
const engine = new TestEngine(new LinuxMemoryMapper(), {
  imports: (module, current) => linkImports(module, hostInterface(current), current),
  options: { limits: { memoryBytes: 4 * 65_536, outputBytes: 4 * 65_536, logBytes: 100 } },
  scheduler,
});

/** Where the guests below have things in their 4 pages of memory. */
const AT = { subscriptions: 0, events: 65_536, count: 131_072, errno: 131_076 };
const MEMORY_BYTES = 4 * 65_536;

interface Subscription {
  readonly tag: number;
  readonly clock?: number;
  readonly fd?: number;
  readonly timeout?: bigint;
  readonly flags?: number;
}

interface PollArguments {
  readonly subscriptions?: number;
  readonly events?: number;
  readonly count?: number;
  readonly written?: number;
}

/** Polls once; what the memory then holds is the output. */
async function poll(
  subscriptions: readonly Subscription[],
  given: PollArguments = {},
  input = new Uint8Array(0),
): Promise<{ left: GuestOutcome; errno: number; events: number[][] }> {
  const data = new DataView(new ArrayBuffer(Math.max(1, subscriptions.length) * 48));
  for (const [i, { tag, clock, fd, timeout = 0n, flags = 0 }] of subscriptions.entries()) {
    data.setBigUint64(48 * i, BigInt(100 + i), true);
    data.setUint8(48 * i + 8, tag);
    data.setUint32(48 * i + 16, clock ?? fd ?? 0, true);
    data.setBigUint64(48 * i + 24, timeout, true);
    data.setUint16(48 * i + 40, flags, true);
  }
  const values = [
    given.subscriptions ?? AT.subscriptions,
    given.events ?? AT.events,
    given.count ?? subscriptions.length,
    given.written ?? AT.count,
  ];
  const body = [
    OP.i32(AT.errno),
    ...values.map((value) => OP.i32(value)),
    OP.call(0),
    OP.i32Store,
    OP.i32(0),
    OP.i32(MEMORY_BYTES),
    OP.call(1),
  ];
  const left = await engine.run(
    assemble({
      imports: [
        {
          from: 'wasi_snapshot_preview1',
          name: 'poll_oneoff',
          parameters: [I32, I32, I32, I32],
          results: [I32],
        },
        { from: 'env', name: '__faasm_write_output', parameters: [I32, I32] },
      ],
      memory: { min: 4 },
      functions: [{ name: '_start', body }],
      data: new Uint8Array(data.buffer),
    }),
    { input },
  );
  if (left.outcome.type !== 'success') return { left, errno: -1, events: [] };
  const view = new DataView(left.output.buffer, left.output.byteOffset);
  const events = Array.from({ length: view.getUint32(AT.count, true) }, (_, i) => {
    const at = AT.events + 32 * i;
    return [
      Number(view.getBigUint64(at, true)),
      view.getUint16(at + 8, true),
      view.getUint8(at + 10),
      Number(view.getBigUint64(at + 16, true)),
      view.getUint16(at + 24, true),
    ];
  });
  return { left, errno: view.getUint32(AT.errno, true), events };
}

const [CLOCK, READ, WRITE] = [0, 1, 2];
const ABSOLUTE = 1;
const MS = 1_000_000n;
const U64_MAX = 2n ** 64n - 1n;

test('poll_oneoff waits for the clock that comes first, and tells its userdata', async () => {
  for (const clock of [0, 1]) {
    scheduler.waitsMs.length = 0;
    const startedAt = process.hrtime.bigint();
    const { errno, events } = await poll([
      { tag: CLOCK, clock, timeout: 3_600_000n * MS },
      { tag: CLOCK, clock, timeout: 2n * MS },
    ]);
    assert.deepEqual([errno, events], [ERRNO.success, [[101, 0, CLOCK, 0, 0]]]);
    assert.ok(process.hrtime.bigint() - startedAt >= 2n * MS);
  }
});

test('poll_oneoff takes absolute times of both clocks; one that has passed is due at once', async () => {
  scheduler.waitsMs.length = 0;
  const past = await poll([
    { tag: CLOCK, clock: 0, timeout: 1n, flags: ABSOLUTE },
    { tag: CLOCK, clock: 1, timeout: 0n, flags: ABSOLUTE },
    { tag: CLOCK, clock: 1, timeout: U64_MAX, flags: ABSOLUTE },
  ]);
  assert.deepEqual(past.events, [
    [100, 0, CLOCK, 0, 0],
    [101, 0, CLOCK, 0, 0],
  ]);
  assert.deepEqual(scheduler.waitsMs, []);
  const inFuture = BigInt(Date.now() + 3) * MS;
  const { events } = await poll([{ tag: CLOCK, clock: 0, timeout: inFuture, flags: ABSOLUTE }]);
  assert.deepEqual(events, [[100, 0, CLOCK, 0, 0]]);
  assert.ok(BigInt(Date.now()) * MS >= inFuture);
  const soon = process.hrtime.bigint() + 3n * MS;
  await poll([{ tag: CLOCK, clock: 1, timeout: soon, flags: ABSOLUTE }]);
  assert.ok(process.hrtime.bigint() >= soon);
});

test('poll_oneoff waits again when it is woken too early, and is ended while it waits (I9)', async () => {
  for (const flags of [0, ABSOLUTE]) {
    scheduler.waitsMs.length = 0;
    const { left } = await poll([{ tag: CLOCK, clock: 1, timeout: U64_MAX, flags }]);
    assert.deepEqual(left.outcome, { type: 'exit', exitCode: 9 });
    assert.equal(scheduler.waitsMs.length, 5);
    assert.ok(scheduler.waitsMs.every((ms) => ms > 1e12));
  }
});

test('poll_oneoff finds the standard streams ready, and others bad', async () => {
  const streams = [
    { tag: READ, fd: 0 },
    { tag: WRITE, fd: 1 },
    { tag: WRITE, fd: 2 },
    { tag: READ, fd: 1 },
    { tag: WRITE, fd: 0 },
    { tag: READ, fd: 3 },
    { tag: READ, fd: 5 },
    { tag: CLOCK, clock: 1, timeout: 3_600_000n * MS },
  ];
  const { errno, events } = await poll(streams, {}, new Uint8Array(7));
  assert.equal(errno, ERRNO.success);
  assert.deepEqual(events, [
    [100, 0, READ, 7, 0],
    [101, 0, WRITE, 65_536, 0],
    [102, 0, WRITE, 65_536, 0],
    [103, ERRNO.badf, READ, 0, 0],
    [104, ERRNO.badf, WRITE, 0, 0],
    [105, ERRNO.notcapable, READ, 0, 0],
    [106, ERRNO.badf, READ, 0, 0],
  ]);
  const atTheEnd = await poll([{ tag: READ, fd: 0 }]);
  assert.deepEqual(atTheEnd.events, [[100, 0, READ, 0, 1]]);
});

test('poll_oneoff answers an unknown clock and one of processor time with an event, and what has not its form with inval', async () => {
  const { events } = await poll([
    { tag: CLOCK, clock: 2 },
    { tag: CLOCK, clock: 9 },
  ]);
  assert.deepEqual(events, [
    [100, ERRNO.inval, CLOCK, 0, 0],
    [101, ERRNO.inval, CLOCK, 0, 0],
  ]);
  for (const bad of [{ tag: 3 }, { tag: 255 }, { tag: CLOCK, flags: 2 }, { tag: CLOCK, flags: 0xffff }])
    assert.equal((await poll([{ tag: READ, fd: 0 }, bad])).errno, ERRNO.inval);
});

test('poll_oneoff takes as many subscriptions as its bound, neither none nor more (I13)', async () => {
  const max = DEFAULT_ARGUMENT_BOUNDS.subscriptions;
  const many = Array.from({ length: max }, () => ({ tag: READ, fd: 0 }));
  assert.equal((await poll(many)).events.length, max);
  for (const count of [0, max + 1, 0x7fff_ffff, -1])
    assert.equal((await poll([{ tag: READ, fd: 0 }], { count })).errno, ERRNO.inval);
});

test('poll_oneoff ends a guest with a bad pointer before it waits (I13)', async () => {
  scheduler.waitsMs.length = 0;
  const sleep = [{ tag: CLOCK, clock: 1, timeout: U64_MAX }];
  for (const bad of [
    { subscriptions: MEMORY_BYTES - 47 },
    { subscriptions: -1 },
    { events: MEMORY_BYTES - 31 },
    { events: -32 },
    { written: MEMORY_BYTES - 3 },
    { written: -4 },
  ]) {
    const { outcome } = (await poll(sleep, bad)).left;
    assert.equal(outcome.type === 'error' ? outcome.code : '', 'guest.trap');
    assert.match(outcome.type === 'error' ? outcome.message : '', /go beyond the memory/);
  }
  assert.deepEqual(scheduler.waitsMs, []);
  const edge = { subscriptions: MEMORY_BYTES - 48 };
  assert.equal((await poll([], { ...edge, count: 1 })).errno, ERRNO.success);
});
