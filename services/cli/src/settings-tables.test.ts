import { SETTINGS, type ServiceName, type SettingName } from '@faasm/chassis';
import { EDGE_SETTINGS } from '@faasm/edge';
import { STANDALONE_SETTINGS } from '@faasm/standalone';
import { UPLOAD_SETTINGS } from '@faasm/upload';
import { WORKER_SETTINGS } from '@faasm/worker';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROLES } from './commands/roles.ts';

const READ: Record<ServiceName, readonly SettingName[]> = {
  start: STANDALONE_SETTINGS,
  edge: EDGE_SETTINGS,
  worker: WORKER_SETTINGS,
  upload: UPLOAD_SETTINGS,
};

test('every process reads exactly the settings that the catalogue says it reads', () => {
  for (const [service, names] of Object.entries(READ)) {
    const said = Object.entries(SETTINGS)
      .filter(([, { services }]) => (services as readonly string[]).includes(service))
      .map(([name]) => name);
    assert.deepEqual([...new Set(names)].sort(), said.sort(), service);
  }
});

test('every flag of a role sets a setting that the role reads', () => {
  assert.deepEqual(ROLES.map(({ name }) => name).sort(), Object.keys(READ).sort());
  for (const { name, flags } of ROLES) {
    for (const { setting } of flags) assert.ok(READ[name].includes(setting), `${name}: ${setting}`);
  }
});
