import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { withoutServices } from './without-services.ts';

async function policyPath(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gate-'));
  t.after(async () => {
    await rm(folder, { recursive: true });
  });
  return join(folder, 'policy-rc.d');
}

test('withoutServices forbids services while it installs and never longer', async (t) => {
  const path = await policyPath(t);
  const answer = await withoutServices(
    async () =>
      await new Promise((resolve) => {
        execFile(path, ['redis-server', 'start'], (error) => {
          resolve(error?.code);
        });
      }),
    path,
  );
  assert.equal(answer, 101);
  await assert.rejects(access(path), { code: 'ENOENT' });
});

test('withoutServices removes its policy when the installation fails', async (t) => {
  const path = await policyPath(t);
  await assert.rejects(
    withoutServices(async () => await Promise.reject(new Error('Disk is full')), path),
    { message: 'Disk is full' },
  );
  await assert.rejects(access(path), { code: 'ENOENT' });
});

test('withoutServices leaves a policy that was there', async (t) => {
  const path = await policyPath(t);
  await writeFile(path, 'theirs');
  assert.equal(await withoutServices(async () => await Promise.resolve('done'), path), 'done');
  assert.equal(await readFile(path, 'utf8'), 'theirs');
});
