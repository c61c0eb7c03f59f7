import { stateKey } from '@faasm/state';
import { writeSync } from 'node:fs';
import { SqliteGlobalTier } from '../sqlite-global-tier.ts';
import { bytesOfRound, LOG_NAME, roundOf, VALUE_BYTES } from './rounds.ts';

/**
 * Pushes rounds of values and appends to a log, all at once, until it is killed; prints a line `NAME ROUND` for each that was
 * acknowledged. A test runs it as a process.
 */
const [path = ''] = process.argv.slice(2);
const tier = await SqliteGlobalTier.open({ path });

function acknowledged(name: string, round: number): void {
  writeSync(process.stdout.fd, `${name} ${round}\n`);
}

async function pushRounds(name: string, sizeBytes: number): Promise<void> {
  const key = stateKey('demo', name);
  for (let round = 1 + (await roundOf(tier, { name, sizeBytes })); ; round++) {
    const bytes = bytesOfRound(round, sizeBytes);
    const half = Math.floor(sizeBytes / 8) * 4;
    const pieces = [
      { offset: 0, bytes: bytes.subarray(0, half) },
      { offset: half, bytes: bytes.subarray(half) },
    ];
    await tier.push(key, { sizeBytes, pieces });
    acknowledged(name, round);
  }
}

async function appendRounds(): Promise<void> {
  for (;;) acknowledged(LOG_NAME, await tier.append(stateKey('demo', LOG_NAME), Uint8Array.of(1)));
}

await Promise.all([
  appendRounds(),
  ...Object.entries(VALUE_BYTES).map(async ([name, sizeBytes]) => {
    await pushRounds(name, sizeBytes);
  }),
]);
