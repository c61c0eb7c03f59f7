import { createHash } from 'node:crypto';
import type { ArgumentBounds } from './argument-bounds.ts';

/** Version of what host functions do. Raised when constructors could see a difference, so that older snapshots are not used. */
export const HOST_INTERFACE_VERSION = 2;

/** `argv` of a function: it has no command line of its own yet. */
export const GUEST_ARGS: readonly string[] = ['function.wasm'];

/** What every function finds in its environment; part of the guest ABI, so that existing Faasm functions run. */
export const GUEST_ENVIRONMENT: readonly string[] = [
  'PYTHONHOME=/',
  'PYTHONHASHSEED=0',
  'PYTHONNOUSERSITE=on',
  'PYTHONWASM=1',
  'MKL_NUM_THREADS=1',
  'OPENBLAS_NUM_THREADS=1',
];

/** SHA-256, in hexadecimal, of all that constructors can see of where they run. */
export function environmentDigest(limits: {
  readonly memoryPagesMax: number;
  readonly bounds: ArgumentBounds;
}): string {
  const { buffers, randomBytes, subscriptions } = limits.bounds;
  const numbers = [limits.memoryPagesMax, buffers, randomBytes, subscriptions];
  const seen = JSON.stringify([GUEST_ARGS, GUEST_ENVIRONMENT, ...numbers]);
  return createHash('sha256').update(seen).digest('hex');
}
