import { hostileCorpus, type HostileFunction } from '@faasm/test-support/hostile';
import type { RunningStandalone } from './standalone.ts';

/** Uploads every guest that means harm, as functions of one user. */
export async function uploadHostileGuests(server: RunningStandalone): Promise<HostileFunction[]> {
  const guests = await hostileCorpus();
  for (const { name, wasm } of guests) await server.upload(functionOf(name), wasm);
  return guests;
}

/**
 * Calls a hostile guest with a deadline in `timeoutMs`. How late the answer came, in milliseconds: after the deadline if
 * that ended the guest, else after the call. Rejects if the guest ended in a way that is neither that nor its own.
 */
export async function callHostileGuest(
  { origin }: RunningStandalone,
  { name, ends }: HostileFunction,
  timeoutMs: number,
): Promise<number> {
  const headers = { 'x-faasm-timeout': `${timeoutMs}ms` };
  const from = performance.now();
  const answer = await fetch(`${origin}/f/${functionOf(name)}`, { method: 'POST', headers });
  const problem = await answer.text();
  const tookMs = performance.now() - from;
  const { code } = JSON.parse(problem) as { readonly code?: unknown };
  if (code === 'call.deadline') return tookMs - timeoutMs;
  if (code === ends.code) return tookMs;
  throw new Error(`${name} ended with ${answer.status} and should with ${ends.code}: ${problem}`);
}

function functionOf(name: string): string {
  return `mallory/${name}`;
}
