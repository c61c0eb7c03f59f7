import { FILE_LIMITS } from '@faasm/filesystem';
import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import { assemble, I32, OP, TestEngine } from '@faasm/faaslet/testing';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMON_LAUNCH, environmentDigest } from './guest-environment.ts';
import { hostInterface, linkImports } from './host-interface.ts';
import { ERRNO } from './wasi/errno.ts';

/** None of them is a default. */
const BOUNDS = { buffers: 3, randomBytes: 500, subscriptions: 2 };

const engine = new TestEngine(new LinuxMemoryMapper(), {
  imports: (module, current) => linkImports(module, hostInterface(current, { bounds: BOUNDS }), current),
  options: { limits: { memoryBytes: 65_536, outputBytes: 100, logBytes: 100 } },
});

/** What a call of WASI with these numbers answers. */
async function errnoOf(name: string, ...values: number[]): Promise<number> {
  const parameters = values.map(() => I32);
  const { outcome } = await engine.run(
    assemble({
      imports: [{ from: 'wasi_snapshot_preview1', name, parameters, results: [I32] }],
      memory: { min: 1 },
      functions: [
        {
          name: 'main',
          parameters: [I32, I32],
          results: [I32],
          body: [...values.map((value) => OP.i32(value)), OP.call(0)],
        },
      ],
    }),
  );
  assert.notEqual(outcome.type, 'error');
  return outcome.type === 'exit' ? outcome.exitCode : ERRNO.success;
}

test('hostInterface holds each argument to the bound that it is given, and no further (I13)', async () => {
  const bounded: [max: number, call: (size: number) => Promise<number>][] = [
    [BOUNDS.buffers, async (size) => await errnoOf('fd_read', 0, 0, size, 8_192)],
    [BOUNDS.buffers, async (size) => await errnoOf('fd_write', 1, 0, size, 8_192)],
    [BOUNDS.randomBytes, async (size) => await errnoOf('random_get', 0, size)],
    // The memory is empty: each subscription is to a moment that is now.
    [BOUNDS.subscriptions, async (size) => await errnoOf('poll_oneoff', 0, 4_096, size, 8_192)],
  ];
  for (const [max, call] of bounded) {
    assert.equal(await call(max), ERRNO.success);
    for (const size of [max + 1, 0x7fff_ffff, -1]) assert.equal(await call(size), ERRNO.inval);
  }
});

test('environmentDigest differs where constructors may have met another bound', () => {
  const digests = [
    BOUNDS,
    { ...BOUNDS, buffers: 4 },
    { ...BOUNDS, randomBytes: 4 },
    { ...BOUNDS, subscriptions: 4 },
  ].map((bounds) =>
    environmentDigest({
      ...COMMON_LAUNCH,
      filesDigest: undefined,
      memoryPagesMax: 1,
      fileLimits: FILE_LIMITS,
      bounds,
    }),
  );
  assert.equal(new Set(digests).size, 4);
});
