import type { FileLimits } from '@faasm/filesystem';
import { createHash } from 'node:crypto';
import type { ArgumentBounds } from './argument-bounds.ts';

/** Version of what host functions do. Raised when constructors could see a difference, so that older snapshots are not used. */
export const HOST_INTERFACE_VERSION = 4;

/** `argv[0]` of every function. */
const PROGRAM_NAME = 'function.wasm';

/** What every function finds in its environment; part of the guest ABI, so that existing Faasm functions run. */
const COMMON_ENVIRONMENT: Readonly<Record<string, string>> = {
  PYTHONHOME: '/',
  PYTHONHASHSEED: '0',
  PYTHONNOUSERSITE: 'on',
  PYTHONWASM: '1',
  MKL_NUM_THREADS: '1',
  OPENBLAS_NUM_THREADS: '1',
};

/** What a guest is started with beside its input. */
export interface GuestLaunch {
  /** `argv`, the program's name first. */
  readonly args: readonly string[];
  /** `NAME=value` each. */
  readonly environment: readonly string[];
}

/** What a guest of a function is started with that has variables and arguments of its own. */
export function guestLaunch(own: {
  readonly environment: Readonly<Record<string, string>>;
  readonly arguments: readonly string[];
}): GuestLaunch {
  const common = Object.entries(COMMON_ENVIRONMENT).filter(([name]) => !Object.hasOwn(own.environment, name));
  const variables = [...common, ...Object.entries(own.environment)];
  return {
    args: [PROGRAM_NAME, ...own.arguments],
    environment: variables.map(([name, value]) => `${name}=${value}`),
  };
}

/** What a guest of a function is started with that has nothing of its own. */
export const COMMON_LAUNCH: GuestLaunch = guestLaunch({ environment: {}, arguments: [] });

/** What constructors can see of where they run. */
export interface SeenEnvironment extends GuestLaunch {
  /** SHA-256 of the function's files; undefined when it has none. */
  readonly filesDigest: string | undefined;
  readonly memoryPagesMax: number;
  readonly bounds: ArgumentBounds;
  /** Of the files that a call writes, and its descriptors. */
  readonly fileLimits: FileLimits;
}

/** SHA-256, in hexadecimal, of all that constructors can see of where they run. */
export function environmentDigest({
  args,
  environment,
  filesDigest,
  memoryPagesMax,
  bounds: { buffers, randomBytes, subscriptions },
  fileLimits: { writtenBytes, writtenEntries, descriptors },
}: SeenEnvironment): string {
  const numbers = [memoryPagesMax, buffers, randomBytes, subscriptions];
  const files = [writtenBytes, writtenEntries, descriptors];
  const seen = JSON.stringify([args, environment, filesDigest ?? '', ...numbers, ...files]);
  return createHash('sha256').update(seen).digest('hex');
}
