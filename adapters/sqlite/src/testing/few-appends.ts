import { stateKey } from '@faasm/state';
import { writeSync } from 'node:fs';
import { SqliteGlobalTier } from '../sqlite-global-tier.ts';
import { LOG_NAME } from './rounds.ts';

/** Appends to a log, one after the other, and prints a line for each that was acknowledged. A test traces it. */
const [path = '', count = ''] = process.argv.slice(2);
const tier = await SqliteGlobalTier.open({ path });
for (let i = 0; i < Number(count); i++) {
  const length = await tier.append(stateKey('demo', LOG_NAME), Uint8Array.of(1));
  writeSync(process.stdout.fd, `${LOG_NAME} ${length}\n`);
}
await tier.close();
