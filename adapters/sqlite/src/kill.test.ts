import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { SqliteGlobalTier } from './sqlite-global-tier.ts';
import { LOG_NAME, logLength, roundOf, VALUE_BYTES } from './testing/rounds.ts';
import { freshPath } from './testing/tier-in-folder.ts';

const PUSHER = fileURLToPath(new URL('./testing/endless-pusher.ts', import.meta.url));

const APPENDER = fileURLToPath(new URL('./testing/few-appends.ts', import.meta.url));

const KILLS = 8;

const APPENDS = 20;

const TRACE_TIMEOUT_MS = 60_000;

/** The round of each value and the length of the log. */
type Rounds = Record<string, number>;

/** What a process that was killed after `lines` acknowledgements had acknowledged, over what was there before. */
async function lifeOfPusher(
  path: string,
  { lines, before }: { lines: number; before: Rounds },
): Promise<Rounds> {
  const pusher = spawn(process.execPath, [PUSHER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const acknowledged = { ...before };
  let left = lines;
  const output = createInterface({ input: pusher.stdout });
  output.on('line', (line) => {
    const [name = '', round = ''] = line.split(' ');
    acknowledged[name] = Number(round);
    if (--left === 0) pusher.kill('SIGKILL');
  });
  const ended = Promise.all([once(pusher, 'exit'), once(output, 'close')]);
  const [[, signal]] = await ended;
  assert.equal(signal, 'SIGKILL');
  return acknowledged;
}

async function roundsIn(path: string): Promise<Rounds> {
  const tier = await SqliteGlobalTier.open({ path });
  const rounds: Rounds = { [LOG_NAME]: await logLength(tier) };
  for (const [name, sizeBytes] of Object.entries(VALUE_BYTES))
    rounds[name] = await roundOf(tier, { name, sizeBytes });
  await tier.close();
  return rounds;
}

test('SqliteGlobalTier has every acknowledged push whole after kill -9, and others whole or not at all (I8)', async (t) => {
  const path = await freshPath(t);
  let before: Rounds = {};
  let total = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const lines = 1 + ((kill * 37) % 60);
    const acknowledged = await lifeOfPusher(path, { lines, before });
    const found = await roundsIn(path);
    for (const [name, round] of Object.entries(found)) {
      const last = acknowledged[name] ?? 0;
      assert.ok(round === last || round === last + 1, `kill ${kill}: ${name} is ${round}, not ${last}`);
      total += last - (before[name] ?? 0);
    }
    before = found;
  }
  t.diagnostic(`${KILLS} kills, ${total} acknowledged changes, all there`);
});

const strace = spawnSync('strace', ['-f', '-e', 'trace=none', 'true'], { encoding: 'utf8' });
const skip =
  strace.status === 0 ? false : `strace does not run: ${strace.error?.message ?? strace.stderr.trim()}`;

test('SqliteGlobalTier flushes its log of changes before it acknowledges one (I8)', { skip }, async (t) => {
  const path = await freshPath(t);
  const trace = `${path}.trace`;
  const filter = ['-f', '-y', '-o', trace, '-e', 'trace=write,pwrite64,fdatasync,fsync'];
  const { status, stderr } = spawnSync(
    'strace',
    [...filter, process.execPath, APPENDER, path, String(APPENDS)],
    {
      encoding: 'utf8',
      timeout: TRACE_TIMEOUT_MS,
    },
  );
  assert.equal(status, 0, stderr);
  const events = (await readFile(trace, 'utf8')).split('\n').flatMap((line) => eventOf(line));
  const acknowledged = events.flatMap((event, at) => (event === 'acknowledged' ? [at] : []));
  assert.equal(acknowledged.length, APPENDS);
  for (const [i, at] of acknowledged.entries()) {
    const since = events.slice((acknowledged[i - 1] ?? -1) + 1, at);
    assert.ok(since.includes('written'), `nothing was written for append ${i + 1}`);
    assert.equal(since.at(-1), 'flushed', `append ${i + 1} was acknowledged after ${since.join(', ')}`);
  }
});

/** What a line of the trace is about; a flush counts when it is done. Nothing else is flushed at that time. */
function eventOf(line: string): string[] {
  if (/ pwrite64\(\d+<[^>]*-wal>/.test(line)) return ['written'];
  if (/ fsync\(\d+<[^>]*-wal>\) += 0|<\.\.\. fsync resumed>\) += 0/.test(line)) return ['flushed'];
  if (/ fdatasync\(\d+<[^>]*-wal>\) += 0|<\.\.\. fdatasync resumed>\) += 0/.test(line)) return ['flushed'];
  return / write\(1<.*"log \d+\\n"/.test(line) ? ['acknowledged'] : [];
}
