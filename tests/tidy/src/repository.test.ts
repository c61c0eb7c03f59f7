import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { applyExemptions } from './exemptions.ts';
import { ignorePatterns, readRepository } from './repository.ts';
import { perFile, runRule } from './rule.ts';

test('readRepository gives the text files that are ours and that git does not ignore, hidden ones too', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'tidy-'));
  t.after(async () => {
    await rm(root, { recursive: true });
  });
  const tree = {
    '.gitignore': '# made by tools\nnode_modules/\n/data/\nbench/results/\n*.log\n',
    '.ci/run': 'npm test\n',
    'a.ts': 'a',
    'b.wasm': '\0asm',
    'packages/data/c.ts': 'c',
    'data/d.ts': 'd',
    'bench/results/e.json': 'e',
    'packages/x/node_modules/f.ts': 'f',
    'packages/g.log': 'g',
    'guests/vendor/README.md': 'i',
    'guests/vendor/theirs/j.c': 'j',
    '.git/config': 'h',
  };
  for (const [path, text] of Object.entries(tree)) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  const files = await readRepository(root);
  assert.deepEqual(
    files.map(({ path }) => path),
    ['.ci/run', '.gitignore', 'a.ts', 'guests/vendor/README.md', 'packages/data/c.ts'],
  );
  assert.equal(files[0]?.text, 'npm test\n');
});

test('ignorePatterns refuses a line that it cannot say', () => {
  assert.throws(() => ignorePatterns('*.log\n!keep.log'), {
    message: '.gitignore line !keep.log takes back an earlier one',
  });
});

const noTabs = perFile({
  id: 'no-tabs',
  title: 'no tabs',
  filesMin: 2,
  applies: (path) => path.endsWith('.ts'),
  check: ({ path, text }) => (text.includes('\t') ? [{ path, line: 1, message: 'a tab' }] : []),
});

test('runRule fails when a rule sees fewer files than it should', () => {
  const files = ['a.ts', 'b.md', 'c.ts'].map((path) => ({ path, text: '\t' }));
  assert.deepEqual(
    runRule(noTabs, files).map(({ path }) => path),
    ['a.ts', 'c.ts'],
  );
  assert.throws(() => runRule(noTabs, files.slice(0, 2)), {
    message: 'Rule no-tabs saw 1 files, fewer than 2',
  });
});

test('applyExemptions covers what an exemption names, and reports one that covers nothing', () => {
  const findings = [
    { path: 'a.ts', line: 1, message: 'a tab' },
    { path: 'a.ts', line: 2, message: 'a space' },
    { path: 'b.ts', line: 1, message: 'a tab' },
  ];
  const about = { rule: 'no-tabs', path: 'a.ts', about: 'tab', reason: 'Make wants them.' };
  const old = { rule: 'no-tabs', path: 'c.ts', reason: 'Made by a tool.' };
  const other = { rule: 'other', path: 'b.ts', reason: 'Of another rule.' };
  assert.deepEqual(applyExemptions('no-tabs', findings, [about, old, other]), {
    breaches: findings.slice(1),
    stale: [old],
  });
});
