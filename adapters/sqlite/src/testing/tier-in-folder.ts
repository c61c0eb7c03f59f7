import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { SqliteGlobalTier, type SqliteGlobalTierOptions } from '../sqlite-global-tier.ts';

/** The path of a state file that is not there yet, in a folder that is removed after the test. */
export async function freshPath(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'faasm-state-'));
  t.after(async () => {
    await rm(folder, { recursive: true });
  });
  return join(folder, 'state.sqlite');
}

/** A tier in a folder of its own, both gone after the test. */
export async function openTier(
  t: TestContext,
  options: Omit<SqliteGlobalTierOptions, 'path'> = {},
): Promise<SqliteGlobalTier> {
  const path = await freshPath(t);
  const tier = await SqliteGlobalTier.open({ ...options, path });
  t.after(async () => {
    await tier.close();
  });
  return tier;
}

/** Bytes that differ from those of other seeds in most places. */
export function patterned(sizeBytes: number, seed: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(sizeBytes);
  for (let at = 0; at < sizeBytes; at++) bytes[at] = at * 7 + (at >> 8) * 3 + seed * 31;
  return bytes;
}
