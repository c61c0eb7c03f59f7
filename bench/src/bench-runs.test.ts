import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const FIELDS = ['bar', 'value', 'unit', 'reference', 'interval', 'samples'];

/** Benchmarks that are run here, and how many bars each prints. */
const BENCHES = {
  echo: 16,
  checks: 27,
  'first-call': 17,
  neighbour: 8,
  overload: 3,
  hostile: 159,
  state: 3,
  sgd: 24,
};

for (const [name, count] of Object.entries(BENCHES)) {
  test(
    `the benchmark ${name} runs and prints its bars as JSON, whatever they show`,
    { timeout: 180_000 },
    async () => {
      const args = [MAIN, name, '--rounds', '2', '--seconds', '1'];
      const { stdout } = await promisify(execFile)(process.execPath, args);
      const bars = stdout
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      assert.equal(bars.length, count);
      for (const bar of bars)
        for (const field of FIELDS) assert.ok(field in bar, `${String(bar['bar'])} lacks ${field}`);
    },
  );
}
