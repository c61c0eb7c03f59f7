import { readVersionArchive, type ArchiveBounds, type VersionArchive } from '@faasm/functions';
import type { ArchiveRequest } from './archive-thread.ts';
import { IN_PLACE_BYTES_MAX, inThread } from './in-thread.ts';

const MAIN = new URL('./archive-thread.ts', import.meta.url);

/** As `readVersionArchive`, without holding up other requests; `archive` must not be used any more. */
export async function readArchiveWithoutBlocking(
  archive: Uint8Array<ArrayBuffer>,
  bounds: ArchiveBounds,
): Promise<VersionArchive> {
  if (archive.byteLength <= IN_PLACE_BYTES_MAX) return readVersionArchive(archive, bounds);
  const data: ArchiveRequest = { archive, bounds };
  const read = await inThread({ main: MAIN, name: 'archive', data, transfer: [archive.buffer] });
  return read as VersionArchive;
}
