import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const FIELDS = ['bar', 'value', 'unit', 'reference', 'interval', 'samples'];

test(
  'the echo benchmark runs and prints its bars as JSON, whatever they show',
  { timeout: 180_000 },
  async () => {
    const args = [MAIN, 'echo', '--rounds', '2', '--seconds', '1'];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const bars = stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.equal(bars.length, 16);
    for (const bar of bars)
      for (const field of FIELDS) assert.ok(field in bar, `${String(bar['bar'])} lacks ${field}`);
  },
);
