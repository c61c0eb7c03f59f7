import { readVersionArchive, type ArchiveBounds } from '@faasm/functions';
import { answerWith } from './in-thread.ts';

/** What the thread is started with. */
export interface ArchiveRequest {
  readonly archive: Uint8Array;
  readonly bounds: ArchiveBounds;
}

answerWith((data) => {
  const { archive, bounds } = data as ArchiveRequest;
  const { module, files } = readVersionArchive(archive, bounds);
  // A view would take the whole archive along.
  return { module: module.slice(), files };
});
