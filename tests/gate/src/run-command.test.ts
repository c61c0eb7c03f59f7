import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCommand } from './run-command.ts';

const node = process.execPath;

test('runCommand tells whether the command ended with 0', async () => {
  assert.equal(await runCommand(node, ['--eval', '']), true);
  assert.equal(await runCommand(node, ['--eval', 'process.exitCode = 3']), false);
});

test('runCommand gives the command no input, and says that nobody watches', async () => {
  const script =
    "if (process.env.CI !== 'true' || process.env.MORE !== 'yes') process.exit(1);" +
    "process.stdin.on('end', () => process.exit(0)).resume();";
  assert.equal(await runCommand(node, ['--eval', script], { env: { MORE: 'yes' } }), true);
});

test('runCommand interrupts a command that takes too long, and calls that a failure', async () => {
  const hanging = "setInterval(() => {}, 1000); process.on('SIGINT', () => process.exit(0));";
  assert.equal(await runCommand(node, ['--eval', hanging], { timeoutMs: 500 }), false);
});

test('runCommand rejects when there is no such command', async () => {
  await assert.rejects(runCommand('no-such-command-of-ours', []), { code: 'ENOENT' });
});
