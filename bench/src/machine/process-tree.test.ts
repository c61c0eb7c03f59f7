import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { cpuSeconds, parseStatTicks } from './process-tree.ts';

const BURN_MS = 300;
const BURN = `const end = process.cpuUsage().user + ${BURN_MS * 1000}; while (process.cpuUsage().user < end);`;

describe('cpuSeconds', () => {
  it('counts a grandchild while it runs and after it was waited for', async (t) => {
    const grandchild = `${BURN} process.stdout.write('burnt'); process.stdin.resume();`;
    const parent = spawn(
      process.execPath,
      [
        '-e',
        `const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(grandchild)}]);
         child.stdout.on('data', () => process.stdout.write('running'));
         child.on('exit', () => process.stdout.write('ended'));
         process.stdin.on('data', () => child.kill());`,
      ],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    t.after(() => parent.kill());
    assert.ok(parent.pid !== undefined);

    await once(parent.stdout, 'data');
    const running = cpuSeconds([parent.pid]);
    assert.ok(running >= BURN_MS / 1000, `${running} s while it runs`);

    parent.stdin.write('end it');
    await once(parent.stdout, 'data');
    const ended = cpuSeconds([parent.pid]);
    assert.ok(ended >= running, `${ended} s after ${running} s`);
    assert.ok(cpuSeconds([parent.pid, parent.pid]) < 2 * ended, 'a process is counted once');
  });

  it('refuses a process that is gone', async () => {
    const child = spawn(process.execPath, ['-e', '0']);
    await once(child, 'exit');
    assert.ok(child.pid !== undefined);
    const { pid } = child;
    assert.throws(() => cpuSeconds([pid]), new RegExp(`Process ${pid} ended`));
  });
});

describe('parseStatTicks', () => {
  const behindName = 'S 1 1 1 0 -1 4194304 100 0 0 0 7 5 3 2 20 0 1 0 100 0 0';

  it('adds the four times, whatever the name contains', () => {
    assert.equal(parseStatTicks(`42 (node) ${behindName}`), 17);
    assert.equal(parseStatTicks(`42 (a b) c) ${behindName}`), 17);
  });

  it('refuses what is no process status', () => {
    assert.throws(() => parseStatTicks('42 (node) S 1'), /Unexpected process status/);
  });
});
