import { FaasmError } from '@faasm/protocol';
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** Read and hashed at once, so that other work of the process is not held up for long; in bytes. */
const CHUNK_BYTES = 1024 * 1024;

/** A file in memory that threads can share. Throws `store.unavailable` when it is not there or its SHA-256 is another one. */
export async function readShared(path: string, digest: string): Promise<Uint8Array<SharedArrayBuffer>> {
  const { bytes, found } = await readAndHash(path).catch((cause: unknown) => {
    throw new FaasmError('store.unavailable', `File ${path} cannot be read: ${String(cause)}`, { cause });
  });
  if (found === digest) return bytes;
  throw new FaasmError('store.unavailable', `File ${path} is damaged: its SHA-256 is ${found}`);
}

async function readAndHash(path: string): Promise<{ bytes: Uint8Array<SharedArrayBuffer>; found: string }> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const bytes = new Uint8Array(new SharedArrayBuffer(size));
    const hash = createHash('sha256');
    for (let at = 0; at < size;) {
      const chunk = bytes.subarray(at, at + CHUNK_BYTES);
      const { bytesRead } = await file.read(chunk);
      if (bytesRead === 0) break;
      hash.update(chunk.subarray(0, bytesRead));
      at += bytesRead;
    }
    return { bytes, found: hash.digest('hex') };
  } finally {
    await file.close();
  }
}
