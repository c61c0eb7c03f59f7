import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { divideCores, type Cores } from '../machine/cores.ts';
import { requireTools, TOOLS } from '../machine/tools.ts';
import { startStandalone, type RunningStandalone } from '../subjects/standalone.ts';

/** Runs `measure` with a standalone server that has the settings in `env` and cores of its own; then ends the server. */
export async function withStandalone<T>(
  env: Readonly<Record<string, string>>,
  measure: (server: RunningStandalone, cores: Cores) => Promise<T>,
): Promise<T> {
  requireTools([TOOLS.taskset]);
  const cores = divideCores();
  const folder = await mkdtemp(join(tmpdir(), 'faasm-bench-'));
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => rm(folder, { recursive: true }));
  const server = await startStandalone({ cores: cores.server, folder }, env);
  cleanup.defer(() => server.stop());
  return await measure(server, cores);
}
