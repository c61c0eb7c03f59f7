import { CHUNK_BYTES, stateKey, type Piece } from '@faasm/state';
import { RedisGlobalTier } from './redis-global-tier.ts';

// The other process of a test: it stages half a value and some of the rest, says so, and waits to be killed.
const [host = '', port = ''] = process.argv.slice(2);
const sizeBytes = 64 * CHUNK_BYTES;
const tier = RedisGlobalTier.connect({
  host,
  port: Number(port),
  name: 'test:killed',
  onError: () => undefined,
});

async function* pieces(): AsyncGenerator<Piece> {
  for (let chunk = 0; chunk < 32; chunk++)
    yield { offset: chunk * CHUNK_BYTES, bytes: new Uint8Array(CHUNK_BYTES).fill(9) };
  for (let chunk = 32; chunk < 37; chunk++)
    yield { offset: chunk * CHUNK_BYTES + 1, bytes: new Uint8Array(CHUNK_BYTES - 1).fill(9) };
  process.stdout.write('staged\n');
  await new Promise(() => setInterval(() => undefined, 60_000));
}

while (!(await tier.ping().catch(() => false))) await new Promise((tick) => setTimeout(tick, 5));
await tier.push(stateKey('demo', 'weights'), { sizeBytes, pieces: pieces() });
