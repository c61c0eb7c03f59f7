import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderResults, withResults } from './result-table.ts';
import type { SuiteResult } from './suite-executor.ts';

function result(name: string, failure?: string): SuiteResult {
  const nothing = { wasm: new Uint8Array(0), args: [], environment: {}, files: undefined, stdout: undefined };
  return { test: { language: 'c', name, exitCode: 0, ...nothing }, failure };
}

const RESULTS = [result('a'), result('longer', 'exit code 1, not 0')];

const TABLE = `1 of 2 tests passed.

| language | test     | result                     |
| -------- | -------- | -------------------------- |
| c        | \`a\`      | passed                     |
| c        | \`longer\` | failed: exit code 1, not 0 |
`;

test('renderResults tells how many tests passed, and why each other failed', () => {
  assert.equal(renderResults(RESULTS), TABLE);
});

test('withResults replaces what is between the marks of a page, and nothing else', () => {
  const [begin, end] = ['<!-- results: npm run test:wasi -- --write -->', '<!-- end of results -->'];
  const page = withResults(`before\n${begin}\nold\n${end}\nafter\n`, RESULTS);
  assert.equal(page, `before\n${begin}\n\n${TABLE}\n${end}\nafter\n`);
  assert.equal(withResults(page, RESULTS), page);
  assert.throws(() => withResults('no marks', RESULTS), /has no line/u);
});
