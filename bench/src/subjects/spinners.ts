import { corpusModule } from '@faasm/guests';
import { setTimeout as delay } from 'node:timers/promises';
import { requireOk } from './server-process.ts';
import type { RunningStandalone } from './standalone.ts';

/** Longer than anything that is measured beside them, in milliseconds. */
const TIMEOUT_MS = 600_000;
const POLL_MS = 20;

/** Uploads a function that never returns and never calls its host. */
export async function uploadSpinner(server: RunningStandalone, name: string): Promise<void> {
  await server.upload(name, await corpusModule('spin'));
}

/**
 * Calls the functions `names`, which spin until `stop` is called. Resolves once all of them run. `stop` rejects if one did
 * not run until then.
 */
export async function startSpinners(
  { origin }: RunningStandalone,
  names: readonly string[],
): Promise<{ stop: () => Promise<void> }> {
  const calls = await Promise.all(
    names.map(async (name) => {
      const headers = { 'x-faasm-timeout': `${TIMEOUT_MS}ms` };
      const accepted = await fetch(`${origin}/fa/${name}`, { method: 'POST', headers });
      const id = (await accepted.text()).trim();
      if (accepted.status !== 202) throw new Error(`${name} was answered ${accepted.status}: ${id}`);
      return `${origin}/calls/${id}`;
    }),
  );
  for (const call of calls) while ((await stateOf(call)) === 'queued') await delay(POLL_MS);
  return {
    stop: async () => {
      for (const call of calls) {
        const state = await stateOf(call);
        if (state !== 'running') throw new Error(`${call} is ${state} and should be running`);
      }
      for (const call of calls) await requireOk(call, { method: 'DELETE' });
      for (const call of calls) await requireOk(`${call}?wait=10s`);
    },
  };
}

async function stateOf(call: string): Promise<string> {
  const answer = await fetch(call);
  const { state } = (await answer.json()) as { readonly state?: unknown };
  return String(state);
}
