import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SETTINGS } from './catalogue.ts';
import type { Setting } from './setting.ts';
import { renderConfigurationReference } from './configuration-reference.ts';

test('renderConfigurationReference has one row of five cells for each setting', () => {
  const page = renderConfigurationReference();
  for (const [name, setting] of Object.entries<Setting>(SETTINGS)) {
    const rows = page.split('\n').filter((line) => line.startsWith(`| \`${name}\` |`));
    assert.equal(rows.length, 1, name);
    const cells = rows[0]?.split('|').slice(1, -1) ?? [];
    assert.equal(cells.length, 5, `${name}: no cell may hold a bar`);
    assert.equal(cells[2]?.trim(), `\`${setting.default}\``);
    assert.equal(cells[3]?.trim(), setting.services.join(', '));
  }
});
