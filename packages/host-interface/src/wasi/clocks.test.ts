import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import type { Guest } from '@faasm/faaslet';
import { assemble, I32, I64, LoneGuest, OP, TestEngine, type Code } from '@faasm/faaslet/testing';
import { utf8 } from '@faasm/stdx';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostInterface, linkImports } from '../host-interface.ts';
import { ERRNO } from './errno.ts';

const WASI = 'wasi_snapshot_preview1';
const [MONOTONIC, PROCESS, THREAD] = [1, 2, 3];
const NS_PER_MS = 1_000_000;
/** Readings of different clocks are rounded. */
const ROUNDING_NS = 1_000;
const SPIN_MS = 2;

/** Suspends a guest for as long as it asks, and notes how long that was at least. */
class Suspends extends LoneGuest {
  suspendedMs = 0;

  override waits(guest: Guest, { until, resume }: { until: number; resume: () => void }): void {
    const from = performance.now();
    const noted = (): void => {
      this.suspendedMs += performance.now() - from;
      resume();
    };
    super.waits(guest, { until, resume: noted });
  }
}

/** The host works for the guest. */
function spin(): void {
  for (const from = performance.now(); performance.now() - from < SPIN_MS;) continue;
}

const scheduler = new Suspends();
const engine = new TestEngine(new LinuxMemoryMapper(), {
  imports: (module, current) => {
    const { env, ...others } = linkImports(module, hostInterface(current), current);
    return { ...others, env: { ...env, spin } };
  },
  options: { limits: { memoryBytes: 65_536, outputBytes: 1_024, logBytes: 1_024 } },
  scheduler,
});

const CALL = { clock: 0, resolution: 1, poll: 2, output: 3, spin: 4 };
/** Of what a guest reads: errno and the time. */
const READING_BYTES = 16;
const SUBSCRIPTION = 512;

function read(id: number, place: number, call: number = CALL.clock): Code {
  const at = place * READING_BYTES;
  const precision = call === CALL.clock ? [OP.i64(0)] : [];
  return [OP.i32(at), OP.i32(id), ...precision, OP.i32(at + 8), OP.call(call), OP.i32Store];
}

/** Waits 3 ms by the monotonic clock. */
function wait(): Code {
  const put = (at: number, value: number): Code => [OP.i32(SUBSCRIPTION + at), OP.i32(value), OP.i32Store];
  return [
    ...put(16, MONOTONIC),
    ...put(24, 3 * NS_PER_MS),
    ...[SUBSCRIPTION, SUBSCRIPTION + 64, 1, SUBSCRIPTION + 96].map((value) => OP.i32(value)),
    OP.call(CALL.poll),
    OP.drop,
  ];
}

const four = [I32, I32, I32, I32];

interface Readings {
  /** When the call began at the earliest, by the monotonic clock. */
  readonly startedNs: number;
  readonly read: { readonly errno: number; readonly ns: number }[];
}

/** Runs the code in a Faaslet that has been used before; what it read in its second call. */
async function readings(code: Code, count: number): Promise<Readings> {
  const module = assemble({
    imports: [
      { from: WASI, name: 'clock_time_get', parameters: [I32, I64, I32], results: [I32] },
      { from: WASI, name: 'clock_res_get', parameters: [I32, I32], results: [I32] },
      { from: WASI, name: 'poll_oneoff', parameters: four, results: [I32] },
      { from: 'env', name: '__faasm_write_output', parameters: [I32, I32] },
      { from: 'env', name: 'spin', parameters: [] },
    ],
    memory: { min: 1 },
    functions: [
      {
        name: '_start',
        body: [...code, OP.i32(0), OP.i32(count * READING_BYTES), OP.call(CALL.output)],
      },
    ],
    data: utf8('\0'),
  });
  const proto = await engine.initialize(module);
  assert.ok(!('outcome' in proto));
  const faaslet = engine.faaslet(proto);
  await faaslet.run(engine.guest());
  faaslet.reset();
  scheduler.suspendedMs = 0;
  const startedNs = Number(process.hrtime.bigint());
  const { outcome, output } = await faaslet.run(engine.guest());
  assert.deepEqual(outcome, { type: 'success' });
  const view = new DataView(output.buffer, output.byteOffset);
  const found = Array.from({ length: count }, (_, i) => ({
    errno: view.getUint32(i * READING_BYTES, true),
    ns: Number(view.getBigUint64(i * READING_BYTES + 8, true)),
  }));
  return { startedNs, read: found };
}

test('clock_time_get shows as processor time what this call ran, from 0 on, and not what it waited (I5)', async () => {
  for (const clock of [PROCESS, THREAD]) {
    const code = [
      ...read(clock, 0),
      ...read(MONOTONIC, 1),
      OP.call(CALL.spin),
      ...wait(),
      OP.call(CALL.spin),
      ...read(clock, 2),
      ...read(MONOTONIC, 3),
    ];
    const { startedNs, read: found } = await readings(code, 4);
    const [first, from, last, to] = found;
    assert.ok(first && from && last && to);
    for (const { errno } of [first, last]) assert.equal(errno, ERRNO.success);
    assert.ok(first.ns <= from.ns - startedNs + ROUNDING_NS, `${first.ns} ns at the beginning of a call`);
    const ranNs = last.ns - first.ns;
    assert.ok(ranNs >= 2 * SPIN_MS * NS_PER_MS - ROUNDING_NS, `${ranNs} ns, less than it ran`);
    const suspendedNs = scheduler.suspendedMs * NS_PER_MS;
    assert.ok(suspendedNs > 0);
    assert.ok(last.ns <= to.ns - startedNs - suspendedNs + ROUNDING_NS, `${last.ns} ns, with what it waited`);
  }
});

test('clock_res_get knows all four clocks, and no other', async () => {
  const ids = [0, 1, PROCESS, THREAD, 4];
  const { read: found } = await readings(
    ids.flatMap((id, i) => read(id, i, CALL.resolution)),
    ids.length,
  );
  const [ok, ms, us] = [ERRNO.success, 1_000_000, 1_000];
  assert.deepEqual(
    found.map(({ errno, ns }) => [errno, ns]),
    [
      [ok, ms],
      [ok, us],
      [ok, us],
      [ok, us],
      [ERRNO.inval, 0],
    ],
  );
});
