import { executionAsyncResource } from 'node:async_hooks';

let kept: object | undefined;

/**
 * Keeps `process.nextTick` fast, which Node calls several times a request. V8 forgets the hidden class of its queue's
 * entries when a full garbage collection finds none of them, and does not specialise the code for another one again: each
 * tick then costs 0.3 us more, as long as the process lives. So one entry is kept, from before the first collection.
 */
export function keepTicksFast(): void {
  process.nextTick(() => {
    kept ??= executionAsyncResource();
  });
}
