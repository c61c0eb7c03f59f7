import { unlinkSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';

/** What Debian's maintainer scripts ask before they start a service; 101 forbids it. */
const POLICY_PATH = '/usr/sbin/policy-rc.d';
const POLICY = '#!/bin/sh\nexit 101\n';

/**
 * Runs `install` while packages may not start services. Debian's redis-server and nginx start theirs on ports 6379 and
 * 80 as soon as they are installed; the tests start servers of their own, and a developer's machine should not get new
 * daemons from a test run. A policy that is already there stays as it is.
 */
export async function withoutServices<T>(install: () => Promise<T>, path: string = POLICY_PATH): Promise<T> {
  if (!(await created(path))) return await install();
  const remove = (): void => {
    unlinkSync(path);
  };
  // On the way out by process.exit, too: a policy that stays behind keeps every service of the machine from starting.
  process.once('exit', remove);
  try {
    return await install();
  } finally {
    process.off('exit', remove);
    remove();
  }
}

async function created(path: string): Promise<boolean> {
  try {
    await writeFile(path, POLICY, { flag: 'wx', mode: 0o755 });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
