import { isFaasmError } from '@faasm/protocol';
import { stateKey } from '@faasm/state';
import assert from 'node:assert/strict';
import { SqliteGlobalTier } from '../sqlite-global-tier.ts';
import { bytesOfRound, roundOf } from './rounds.ts';

/** Pushes values until the disk is full, looks at them, and again after a restart; prints how many there are. A test runs it. */
const [path = ''] = process.argv.slice(2);
const VALUE_BYTES = 256 * 1024;
const tier = await SqliteGlobalTier.open({ path });

async function pushUntilRefused(): Promise<number> {
  for (let made = 0; ; made++) {
    const pieces = [{ offset: 0, bytes: bytesOfRound(made + 1, VALUE_BYTES) }];
    try {
      await tier.push(stateKey('demo', `v${made}`), { sizeBytes: VALUE_BYTES, pieces });
    } catch (error) {
      assert.ok(isFaasmError(error, 'state.full'), String(error));
      return made;
    }
  }
}

async function look(reader: SqliteGlobalTier, made: number): Promise<void> {
  for (let i = 0; i <= made; i++)
    assert.equal(await roundOf(reader, { name: `v${i}`, sizeBytes: VALUE_BYTES }), i < made ? i + 1 : 0);
}

const made = await pushUntilRefused();
await look(tier, made);
await tier.close();
const again = await SqliteGlobalTier.open({ path });
await look(again, made);
await again.close();
process.stdout.write(String(made));
