import assert from 'node:assert/strict';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { withProportionalMib, withResidentMib } from './process-memory.ts';

describe('withResidentMib', () => {
  it('adds what processes have in use, again and again', async () => {
    const pids = [process.pid, process.pid];
    const grow = async (): Promise<Uint8Array> => {
      await delay(20);
      const bytes = new Uint8Array(64 * 1024 * 1024).fill(1);
      await delay(20);
      return bytes;
    };
    const { result, mib } = await withResidentMib({ pids, everyMs: 1 }, grow);
    assert.ok(mib.length > 2, `${mib.length} measurements`);
    const [first = 0, last = 0] = [mib[0], mib.at(-1)];
    assert.ok(last - first > 1.5 * (result.length / 1024 / 1024), `from ${first} to ${last} MiB`);
  });

  it('refuses a process that is gone', async () => {
    const child = spawn(process.execPath, ['-e', '0']);
    await once(child, 'exit');
    assert.ok(child.pid !== undefined);
    const pids = [child.pid];
    await assert.rejects(
      withResidentMib({ pids, everyMs: 1 }, async () => await Promise.resolve()),
      /ENOENT|ended while/,
    );
  });
});

describe('withProportionalMib', () => {
  it('counts a page that two processes share once', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1_000)']);
    await once(child, 'spawn');
    assert.ok(child.pid !== undefined);
    try {
      const both = { pids: [process.pid, child.pid], everyMs: 1 };
      const work = async (): Promise<void> => await Promise.resolve();
      const proportional = (await withProportionalMib(both, work)).mib[0] ?? Number.NaN;
      const resident = (await withResidentMib(both, work)).mib[0] ?? Number.NaN;
      // The program itself is the same pages in both.
      assert.ok(proportional > 0 && proportional < 0.9 * resident, `${proportional} of ${resident} MiB`);
    } finally {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    }
  });
});
