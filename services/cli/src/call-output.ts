import type { CallId } from '@faasm/protocol';
import { print, type Context } from './context.ts';
import { CommandError } from './exit-codes.ts';
import { ask, jsonOf, type Answer } from './http-client.ts';

/** One request waits this long at most, in milliseconds: below what edges and common proxies allow. */
const ONE_WAIT_MS = 30_000;

/**
 * Waits up to `waitMs` for the end of a call and returns the answer that holds its output. Throws the call's own error,
 * and `deadline` when it has not ended by then.
 */
export async function waitForOutput(context: Context, id: CallId, waitMs: number): Promise<Answer> {
  const until = performance.now() + waitMs;
  for (;;) {
    const leftMs = Math.max(0, Math.min(ONE_WAIT_MS, Math.ceil(until - performance.now())));
    const answer = await ask(context.edge, `/calls/${id}/result?wait=${leftMs}ms`);
    if (answer.status !== 202) return answer;
    if (performance.now() >= until) {
      const { state } = jsonOf(answer);
      throw new CommandError('deadline', `Call ${id} has not ended: it is ${String(state)}`);
    }
  }
}

/** Writes the output of a call, byte for byte, or an object that tells more. */
export function printOutput(context: Context, { headers, body }: Answer): void {
  if (!context.json) {
    process.stdout.write(body);
    return;
  }
  const object = {
    id: headers['x-faasm-call-id'],
    outputBase64: body.toString('base64'),
    timings: readServerTiming(headers['server-timing']),
  };
  print(context, object, () => '');
}

/** Reads `queue;dur=0.1, cold;dur=2, run;dur=3` into milliseconds by name; parts of another form are left out. */
export function readServerTiming(header: string | string[] | undefined): Record<string, number> {
  const parts = String(header ?? '').matchAll(/(?<name>queue|cold|run);dur=(?<ms>\d+(?:\.\d+)?)/g);
  return Object.fromEntries(
    [...parts].map(({ groups }) => [`${groups?.['name']}Ms`, Number(groups?.['ms'])]),
  );
}
