import { objectFiles, type PrepareOptions } from '@faasm/faaslet';
import { answerWith } from './in-thread.ts';

/** What the thread is started with. */
export interface PrepareRequest {
  readonly bytes: Uint8Array;
  readonly options: PrepareOptions;
}

answerWith((data) => {
  const { bytes, options } = data as PrepareRequest;
  return objectFiles(bytes, options);
});
