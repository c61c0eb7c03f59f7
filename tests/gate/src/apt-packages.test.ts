import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { notInstalled, parsePackageList, readPackageLists } from './apt-packages.ts';
import { REPOSITORY_ROOT } from './repository-root.ts';

test('parsePackageList takes a name a line and leaves comments out', () => {
  assert.deepEqual(parsePackageList('# why\nredis-server # queue\n\n  libc++-19-dev\n', 'list'), [
    'redis-server',
    'libc++-19-dev',
  ]);
});

test('parsePackageList refuses what apt-get would take for an option or for two names', () => {
  for (const line of ['--purge', 'a b', 'Redis', 'x']) {
    assert.throws(() => parsePackageList(`ok-name\n${line}\n`, 'tests/list.txt'), {
      name: 'GateError',
      message: `tests/list.txt:2: ${JSON.stringify(line)} is not the name of a Debian package`,
    });
  }
});

test('readPackageLists merges the lists of all folders, without those of installed packages', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'gate-'));
  t.after(async () => {
    await rm(root, { recursive: true });
  });
  for (const [folder, text] of [
    ['tests', 'wrk\n'],
    ['tests/e2e-pods', 'podman\nwrk\n'],
    ['guests', 'clang-19\n'],
    ['guests/node_modules/other', 'not-ours\n'],
  ] as const) {
    await mkdir(join(root, folder), { recursive: true });
    await writeFile(join(root, folder, 'apt-packages.txt'), text);
  }
  assert.deepEqual(await readPackageLists(root), ['clang-19', 'podman', 'wrk']);
});

test('readPackageLists finds the lists of this repository', async () => {
  assert.ok((await readPackageLists(REPOSITORY_ROOT)).includes('redis-server'));
});

test('notInstalled counts neither removed packages nor those that dpkg has not heard of', () => {
  const output = 'redis-server installed\nnginx-light config-files\nwrk not-installed\n';
  assert.deepEqual(notInstalled(['redis-server', 'nginx-light', 'wrk', 'podman'], output), [
    'nginx-light',
    'wrk',
    'podman',
  ]);
});
