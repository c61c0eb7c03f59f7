import { objectFiles, type PrepareOptions } from '@faasm/faaslet';
import { IN_PLACE_BYTES_MAX, inThread } from './in-thread.ts';
import type { PrepareRequest } from './prepare-thread.ts';

const MAIN = new URL('./prepare-thread.ts', import.meta.url);

/** The object files of a module, without holding up other requests. Throws `module.unsupported`. */
export async function prepareWithoutBlocking(
  bytes: Uint8Array<ArrayBuffer>,
  options: PrepareOptions,
): Promise<ReadonlyMap<string, Uint8Array>> {
  if (bytes.byteLength <= IN_PLACE_BYTES_MAX) return objectFiles(bytes, options);
  const data: PrepareRequest = { bytes, options };
  const objects = await inThread({ main: MAIN, name: 'prepare', data });
  return objects as ReadonlyMap<string, Uint8Array>;
}
