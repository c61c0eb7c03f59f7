import { FaasmError, formatFunctionRef, isFaasmError, type FunctionRef } from '@faasm/protocol';
import type { ModuleFacts } from '@faasm/faaslet';
import type { Clock } from '@faasm/stdx';
import type { FunctionLimits } from './function-settings.ts';
import type { FunctionRecord, FunctionStore, FunctionVersion, Publication } from './function-store.ts';
import { archiveBytesMax, type ArchiveBounds, type VersionArchive } from './version-archive.ts';
import { versionDigest } from './version-files.ts';

/** What deploying works with. */
export interface DeployOptions {
  readonly store: FunctionStore;
  readonly clock: Clock;
  /** Largest module, in bytes. */
  readonly moduleBytesMax: number;
  /** What an archive with module and files may hold. */
  readonly archiveBounds: ArchiveBounds;
  /** As `readVersionArchive`. */
  readonly readArchive: (archive: Uint8Array<ArrayBuffer>, bounds: ArchiveBounds) => Promise<VersionArchive>;
  /** Runs actions one after the other: each has a whole archive in memory. */
  readonly oneByOne: <T>(action: () => Promise<T>) => Promise<T>;
  /** What the settings of a function may say at most. */
  readonly operatorsLimits: FunctionLimits;
  /** Throws `module.invalid` or `module.unsupported`. */
  readonly validate: (bytes: Uint8Array<ArrayBuffer>) => Promise<ModuleFacts>;
  /** Object files of a module that is valid, by name. Throws `module.unsupported`. */
  readonly prepare: (bytes: Uint8Array<ArrayBuffer>) => Promise<ReadonlyMap<string, Uint8Array>>;
  /** Called when calls use something else than before, so that it can be made ready before the first one. */
  readonly changed?: (ref: FunctionRef) => void;
  /** Those of the imports (`module.name` each) that the host lacks. */
  readonly missingImports: (imports: readonly string[]) => string[];
}

/** What an upload is answered with. */
export interface Deployment {
  readonly version: FunctionVersion;
  readonly record: FunctionRecord;
  readonly missingImports: readonly string[];
  /** False when this very module was current already. */
  readonly changed: boolean;
}

/**
 * Stores a module as it arrives, validates and prepares it, and makes it the current version of a function. Nothing is kept of a
 * refused one. Throws `module.too_large`, `module.invalid`, `module.unsupported` or `store.unavailable`.
 */
export async function deployFunction(
  ref: FunctionRef,
  body: AsyncIterable<Uint8Array>,
  options: DeployOptions,
): Promise<Deployment> {
  const staged = await options.store.stage(body, options.moduleBytesMax);
  return await deployStaged(ref, { staged, files: undefined }, options);
}

/**
 * As {@link deployFunction}, of an archive with the module and files. What comes in waits on the disk; in memory there is one
 * archive at a time. Throws `files.invalid` and `files.too_large` too.
 */
export async function deployArchive(
  ref: FunctionRef,
  body: AsyncIterable<Uint8Array>,
  options: DeployOptions,
): Promise<Deployment> {
  const { store, archiveBounds, moduleBytesMax } = options;
  const archive = await store.stage(body, archiveBytesMax(archiveBounds)).catch((error: unknown) => {
    if (!isFaasmError(error, 'module.too_large')) throw error;
    const message = `Archive is larger than the limit of ${archiveBytesMax(archiveBounds)} bytes`;
    throw new FaasmError('files.too_large', message);
  });
  try {
    return await options.oneByOne(async () => {
      const { module, files } = await options.readArchive(await archive.read(), archiveBounds);
      const staged = await store.stage(inOnePiece(module), moduleBytesMax);
      return await deployStaged(ref, { staged, files }, options);
    });
  } finally {
    await archive.discard();
  }
}

async function deployStaged(
  ref: FunctionRef,
  { staged, files }: Pick<Publication, 'staged' | 'files'>,
  options: DeployOptions,
): Promise<Deployment> {
  const { store, clock, validate } = options;
  try {
    const bytes = await staged.read();
    const { imports } = await validate(bytes);
    const objects = await options.prepare(bytes);
    const missingImports = options.missingImports(imports);
    const version = {
      digest: versionDigest(staged.digest, files?.facts),
      sizeBytes: staged.sizeBytes,
      uploadedAt: clock.now(),
      imports,
      warnings: missingImports.map((name) => `Host has no function ${name}: a call of it traps`),
      ...(files === undefined ? {} : { parts: { module: staged.digest, files: files.facts } }),
    };
    const changed = (await store.current(ref))?.digest !== version.digest;
    const record = await store.publish(ref, { staged, version, objects, files });
    if (changed) options.changed?.(ref);
    return { version, record, missingImports, changed };
  } finally {
    await staged.discard();
  }
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

/**
 * Makes an older version current: the one with this digest, or `previous`, the one that was current before.
 * Throws `function.unknown` or `version.unknown`.
 */
export async function rollbackFunction(
  store: FunctionStore,
  ref: FunctionRef,
  wanted: string,
): Promise<FunctionRecord> {
  if (wanted !== 'previous') return await store.setCurrent(ref, wanted);
  const record = await store.describe(ref);
  if (record === undefined) {
    throw new FaasmError('function.unknown', `Function ${formatFunctionRef(ref)} does not exist`);
  }
  const previous = record.versions.at(-2);
  if (previous === undefined) {
    throw new FaasmError('version.unknown', `Function ${formatFunctionRef(ref)} has had one version only`);
  }
  return await store.setCurrent(ref, previous.digest);
}
