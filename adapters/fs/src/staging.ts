import type { StagedModule } from '@faasm/functions';
import { FaasmError } from '@faasm/protocol';
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A staged module, and where its bytes are. */
export interface StagedFile extends StagedModule {
  readonly path: string;
}

/** Where uploads are while they belong to no function: a folder beside the functions, so that a rename publishes them. */
export class Staging {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Removes what an earlier process left when it was killed. Call it once, before anything is staged. */
  async clear(): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
    await mkdir(this.#directory, { recursive: true });
  }

  /** Writes a stream to a file of its own, flushed. Throws `module.too_large` beyond `maxBytes`; a failure leaves nothing. */
  async receive(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<StagedFile> {
    const path = join(this.#directory, `${randomUUID()}.wasm`);
    try {
      return { path, ...(await writeStream(path, body, maxBytes)), ...actionsOn(path) };
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }
}

async function writeStream(
  path: string,
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<{ digest: string; sizeBytes: number }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const file = await open(path, 'wx');
  try {
    for await (const chunk of body) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > maxBytes)
        throw new FaasmError('module.too_large', `Module is larger than the limit of ${maxBytes} bytes`);
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { digest: hash.digest('hex'), sizeBytes };
}

function actionsOn(path: string): Pick<StagedModule, 'read' | 'discard'> {
  return {
    read: async () => new Uint8Array(await readFile(path)),
    discard: async () => {
      await rm(path, { force: true });
    },
  };
}
