import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** How long the server may take to write what is waited for, and between two looks, in milliseconds. */
const LOG_TIMEOUT_MS = 30_000;
const LOOK_MS = 5;

/** Resolves when a line of the log has all of `words`. Rejects after 30 s. */
export async function waitForLog(path: string, words: readonly string[]): Promise<void> {
  const end = performance.now() + LOG_TIMEOUT_MS;
  for (;;) {
    const lines = (await readFile(path, 'utf8')).split('\n');
    if (lines.some((line) => words.every((word) => line.includes(word)))) return;
    if (performance.now() > end) throw new Error(`No line of ${path} has ${words.join(' and ')}`);
    await delay(LOOK_MS);
  }
}

/** Calls a function; how long its guest ran, in milliseconds, as the server says. */
export async function runMs(url: string): Promise<number> {
  const answer = await fetch(url, { method: 'POST' });
  const timing = answer.headers.get('server-timing') ?? '';
  const ms = Number(/\brun;dur=([\d.]+)/.exec(timing)?.[1]);
  if (answer.ok && ms > 0) return ms;
  throw new Error(`${url} answered ${answer.status}, ${JSON.stringify(timing)}: ${await answer.text()}`);
}
