import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderCliReference } from './cli-reference.ts';
import { createProgram } from './program.ts';

test('renderCliReference has a section for each command and a row for each option and exit code', () => {
  const page = renderCliReference();
  const { commands } = createProgram();
  assert.ok(commands.length >= 13);
  for (const command of commands) {
    assert.match(page, new RegExp(`^## \`faasm ${command.name()}[ \`]`, 'm'));
    for (const { flags } of command.options) assert.ok(page.includes(`| \`${flags}\` |`), flags);
  }
  for (const code of [0, 1, 2, 3, 4, 5, 6]) assert.match(page, new RegExp(`^\\| ${code} \\| \\S`, 'm'));
});

test('renderCliReference has only tables whose rows are as wide as their heads', () => {
  let width = 0;
  for (const line of renderCliReference().split('\n')) {
    const cells = line.startsWith('|') ? line.split('|').length : 0;
    if (cells > 0 && width > 0) assert.equal(cells, width, line);
    width = cells;
  }
});
