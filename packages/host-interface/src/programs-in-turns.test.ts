import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import type { Guest } from '@faasm/faaslet';
import { LoneGuest, TestEngine } from '@faasm/faaslet/testing';
import { programModules } from '@faasm/guests';
import { withNewerExceptions } from '@faasm/guests/newer-exceptions';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { COMMON_LAUNCH } from './guest-environment.ts';
import { hostInterface, linkImports } from './host-interface.ts';
import { runUnprepared } from './unprepared-under-test.ts';

const OPTIONS = {
  ...COMMON_LAUNCH,
  limits: { memoryBytes: 16 * 1024 * 1024, outputBytes: 65_536, logBytes: 65_536 },
  captureStdout: true,
  input: new Uint8Array(0),
};

/** Suspends the guest at every check; another one has its turn then. */
class TakesTurns extends LoneGuest {
  pauses = 0;
  /** Makes the next check ask. */
  ask: () => void = () => undefined;
  readonly #waiting: (() => void)[] = [];

  override shouldPause(): boolean {
    return true;
  }

  override paused(_: Guest, resume: () => void): void {
    this.pauses += 1;
    this.#waiting.push(resume);
    setImmediate(() => {
      this.ask();
      this.#waiting.shift()?.();
    });
  }
}

function digest(memory: Uint8Array): string {
  return createHash('sha256').update(memory).digest('hex');
}

/** The programs as their compilers made them, and those with exceptions once more with the newer instructions. */
async function programs(): Promise<{ name: string; wasm: Uint8Array<ArrayBuffer> }[]> {
  const compiled = await programModules();
  const anew = compiled
    .filter(({ language }) => language === 'cpp-exceptions')
    .map(({ name, wasm }) => ({ name: `${name}, anew`, wasm: withNewerExceptions(wasm) }));
  assert.equal(anew.length, 2);
  return [...compiled, ...anew];
}

for (const checkInterval of [2, 7, 1_024]) {
  test(`Programs of two instances that take turns at every check leave each byte as without checks, at intervals of ${checkInterval}`, async () => {
    const scheduler = new TakesTurns();
    const engine = new TestEngine(new LinuxMemoryMapper(), {
      imports: (module, current) => linkImports(module, hostInterface(current), current),
      options: OPTIONS,
      scheduler,
      prepare: { checkInterval },
    });
    scheduler.ask = () => Atomics.store(engine.thread.pauseWord, 0, 1);
    for (const { name, wasm } of await programs()) {
      const expected = runUnprepared(wasm, OPTIONS);
      assert.equal(expected.left.outcome.type, 'success');
      const proto = await engine.initialize(wasm);
      assert.ok(!('outcome' in proto), name);
      const faaslets = [engine.faaslet(proto), engine.faaslet(proto)];
      const before = scheduler.pauses;
      const all = faaslets.map(async (faaslet) => {
        scheduler.ask();
        const left = await faaslet.run(engine.guest());
        const { slot } = faaslet;
        return { left, memory: digest(slot.bytes.subarray(0, slot.sizeBytes)) };
      });
      for (const { left, memory } of await Promise.all(all)) {
        assert.deepEqual(left, expected.left, name);
        assert.equal(memory, digest(expected.memory), name);
      }
      assert.ok(scheduler.pauses - before > 20, `${name}: ${scheduler.pauses - before} pauses`);
    }
  });
}
