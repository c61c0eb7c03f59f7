import type { Context } from './context.ts';
import { CommandError } from './exit-codes.ts';
import { ask, type Answer } from './http-client.ts';

/** One request waits this long at most: below what edges and common proxies allow. */
const ONE_WAIT = '30s';

/** Prints a line for what the value at a path of the edge is now, and for each other version that it sees, until Ctrl-C. */
export async function watchState(context: Context, path: string): Promise<void> {
  const stop = new AbortController();
  process.once('SIGINT', () => {
    stop.abort();
  });
  try {
    let tag: string | undefined;
    for (;;) {
      const next = await look(context, path, { tag, signal: stop.signal });
      if (next === undefined || next.tag === tag) continue;
      process.stdout.write(`${context.json ? JSON.stringify(next.json) : next.text}\n`);
      ({ tag } = next);
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  }
}

interface Seen {
  readonly tag: string;
  readonly json: { readonly version: number; readonly sizeBytes?: number };
  readonly text: string;
}

const MISSING: Seen = { tag: '"0"', json: { version: 0 }, text: 'There is no value' };

/** What there is, as soon as it is not what was known; undefined or the same again after a while. */
async function look(
  { edge }: Context,
  path: string,
  { tag, signal }: { readonly tag: string | undefined; readonly signal: AbortSignal },
): Promise<Seen | undefined> {
  const asked = tag === undefined ? path : `${path}?wait=${ONE_WAIT}`;
  const headers = tag === undefined ? {} : { 'if-none-match': tag };
  try {
    return seen(await ask(edge, asked, { method: 'HEAD', headers, signal }));
  } catch (error) {
    if (signal.aborted || !(error instanceof CommandError)) throw error;
    return await reason({ edge, path, signal });
  }
}

function seen({ status, headers: { etag = '', 'content-length': length } }: Answer): Seen | undefined {
  if (status === 304) return undefined;
  const [version, sizeBytes] = [Number(etag.replaceAll('"', '')), Number(length)];
  return { tag: etag, json: { version, sizeBytes }, text: `version ${version}  ${sizeBytes} bytes` };
}

/** An answer to HEAD cannot say why it is an error; one to GET does, and sends no bytes when there is a value by now. */
async function reason({
  edge,
  path,
  signal,
}: {
  edge: string;
  path: string;
  signal: AbortSignal;
}): Promise<Seen | undefined> {
  try {
    return seen(await ask(edge, path, { headers: { 'if-none-match': '*' }, signal }));
  } catch (error) {
    if (error instanceof CommandError && error.code === 'state.unknown') return MISSING;
    throw error;
  }
}
