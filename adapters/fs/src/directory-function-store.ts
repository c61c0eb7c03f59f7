import type {
  CurrentVersion,
  FunctionRecord,
  FunctionSettings,
  FunctionStore,
  FunctionVersion,
  ObjectName,
  PackedFiles,
  Publication,
  StagedModule,
} from '@faasm/functions';
import { FaasmError, formatFunctionRef, functionRef, NAME_PATTERN, type FunctionRef } from '@faasm/protocol';
import { Serial } from '@faasm/stdx';
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DataDirectory } from './data-directory.ts';
import { replaceFile, syncDirectory } from './durable-files.ts';
import { isDigest, movePointer, readPointer, type Pointer } from './pointer-file.ts';
import { readShared } from './read-shared.ts';
import { Staging, type StagedFile } from './staging.ts';

/**
 * Functions in a directory:
 *
 * ```
 * functions/USER/NAME/current               which version is current, those that were, and the settings
 * functions/USER/NAME/versions/VERSION.json what is known of a version
 * functions/USER/NAME/versions/MODULE.wasm  its module, whose digest is the version's unless it has files
 * functions/USER/NAME/versions/MODULE.OBJECT.wasm  an object file that was made of the module
 * functions/USER/NAME/files/BUNDLE.bundle   its files
 * staging/                                  uploads under way; on the same file system, so that a rename publishes them
 * ```
 *
 * Files are flushed before the pointer moves, so that it never names a version that is not whole.
 */
export class DirectoryFunctionStore implements FunctionStore {
  readonly #directory: DataDirectory;
  readonly #functions: string;
  readonly #staging: Staging;
  readonly #stagingPath: string;
  readonly #serial = new Serial();

  constructor(directory: DataDirectory) {
    this.#directory = directory;
    this.#functions = join(directory.path, 'functions');
    this.#stagingPath = join(directory.path, 'staging');
    this.#staging = new Staging(this.#stagingPath);
  }

  /** For the writer, once, before anything else: clears away what an earlier process left unfinished. */
  async recover(): Promise<void> {
    await this.#staging.clear();
  }

  async stage(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<StagedModule> {
    return await this.#staging.receive(body, maxBytes);
  }

  async publish(ref: FunctionRef, publication: Publication): Promise<FunctionRecord> {
    const { staged, version, objects, files } = publication;
    const module = moduleOf(version);
    return await this.#serial.run(formatFunctionRef(ref), async () => {
      const versions = this.#versions(ref);
      await mkdir(versions, { recursive: true });
      const known = await this.#version(ref, version.digest);
      const isWhole = [...objects.keys()].every((name) => known?.objects?.[name] !== undefined);
      if (known === undefined || !isWhole) {
        if (known === undefined) {
          await rename((staged as StagedFile).path, join(versions, `${module}.wasm`));
          if (files !== undefined) await this.#writeBundle(ref, files);
        }
        const added = await this.#writeObjects(ref, module, objects);
        const details = { ...version, ...known, objects: { ...known?.objects, ...added } };
        await replaceFile(join(versions, `${version.digest}.json`), `${JSON.stringify(details)}\n`);
        for (const path of [versions, this.#home(ref), join(this.#functions, ref.user), this.#functions])
          await syncDirectory(path);
      }
      return await this.#point(ref, version);
    });
  }

  async current(ref: FunctionRef): Promise<CurrentVersion | undefined> {
    const pointer = await this.#pointer(ref);
    if (pointer === undefined) return undefined;
    const { current: digest, settings, parts } = pointer;
    return parts === undefined ? { digest, settings } : { digest, settings, parts };
  }

  async describe(ref: FunctionRef): Promise<FunctionRecord | undefined> {
    const pointer = await this.#pointer(ref);
    return pointer === undefined ? undefined : await this.#record(ref, pointer);
  }

  async read(ref: FunctionRef, digest: string): Promise<Uint8Array<ArrayBuffer>> {
    const module = moduleOf(await this.#knownVersion(ref, digest));
    const path = join(this.#versions(ref), `${module}.wasm`);
    const bytes = new Uint8Array(
      await readFile(path).catch((error: unknown) => {
        throw unknownVersion(ref, digest, error);
      }),
    );
    const found = sha256(bytes);
    if (found === module) return bytes;
    throw new FaasmError('store.unavailable', `File ${path} is damaged: its SHA-256 is ${found}`);
  }

  async readFiles(ref: FunctionRef, digest: string): Promise<Uint8Array<SharedArrayBuffer> | undefined> {
    const { parts } = await this.#knownVersion(ref, digest);
    return parts === undefined
      ? undefined
      : await readShared(this.#bundlePath(ref, parts.files.digest), parts.files.digest);
  }

  async readObject(
    ref: FunctionRef,
    { digest, name }: ObjectName,
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const version = await this.#knownVersion(ref, digest);
    const { objects = {} } = version;
    const module = moduleOf(version);
    if (!OBJECT_NAME.test(name) || !Object.hasOwn(objects, name)) return undefined;
    try {
      const bytes = new Uint8Array(await readFile(this.#objectPath(ref, { digest: module, name })));
      return sha256(bytes) === objects[name] ? bytes : undefined;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw new FaasmError('store.unavailable', `Object file ${name} of ${digest} cannot be read`, {
        cause: error,
      });
    }
  }

  async setCurrent(ref: FunctionRef, digest: string): Promise<FunctionRecord> {
    return await this.#serial.run(formatFunctionRef(ref), async () => {
      if ((await this.#pointer(ref)) === undefined) throw unknownFunction(ref);
      return await this.#point(ref, await this.#knownVersion(ref, digest));
    });
  }

  async setSettings(ref: FunctionRef, settings: FunctionSettings): Promise<void> {
    await this.#serial.run(formatFunctionRef(ref), async () => {
      const pointer = await this.#pointer(ref);
      if (pointer === undefined) throw unknownFunction(ref);
      await this.#writePointer(ref, { ...pointer, settings });
    });
  }

  async remove(ref: FunctionRef): Promise<boolean> {
    return await this.#serial.run(formatFunctionRef(ref), async () => {
      if ((await this.#pointer(ref)) === undefined) return false;
      const grave = join(this.#stagingPath, `removed-${randomUUID()}`);
      await rename(this.#home(ref), grave);
      await syncDirectory(join(this.#functions, ref.user));
      await rm(grave, { recursive: true });
      return true;
    });
  }

  async list(user?: string): Promise<FunctionRecord[]> {
    const users =
      user === undefined ? await names(this.#functions) : [user].filter((name) => NAME_PATTERN.test(name));
    const records: FunctionRecord[] = [];
    for (const owner of users) {
      for (const name of await names(join(this.#functions, owner))) {
        const record = await this.describe(functionRef(owner, name));
        if (record !== undefined) records.push(record);
      }
    }
    return records;
  }

  async ping(): Promise<true> {
    await this.#directory.check();
    return true;
  }

  /** Names are checked again here, where they become paths: nothing outside the directory is ever reached. */
  #home({ user, name }: FunctionRef): string {
    const checked = functionRef(user, name);
    return join(this.#functions, checked.user, checked.name);
  }

  #versions(ref: FunctionRef): string {
    return join(this.#home(ref), 'versions');
  }

  #objectPath(ref: FunctionRef, { digest, name }: ObjectName): string {
    return join(this.#versions(ref), `${digest}.${name}.wasm`);
  }

  /** Returns the SHA-256 of each by its name. */
  async #writeObjects(
    ref: FunctionRef,
    digest: string,
    objects: Publication['objects'],
  ): Promise<Record<string, string>> {
    const digests: Record<string, string> = {};
    for (const [name, bytes] of objects) {
      if (!OBJECT_NAME.test(name)) throw new RangeError(`Object file has the name ${JSON.stringify(name)}`);
      await replaceFile(this.#objectPath(ref, { digest, name }), bytes);
      digests[name] = sha256(bytes);
    }
    return digests;
  }

  /** One that is there already has the same content. */
  async #writeBundle(ref: FunctionRef, { facts, bundle }: PackedFiles): Promise<void> {
    const path = this.#bundlePath(ref, facts.digest);
    await mkdir(dirname(path), { recursive: true });
    await replaceFile(path, bundle);
  }

  #bundlePath(ref: FunctionRef, digest: string): string {
    return join(this.#home(ref), 'files', `${digest}.bundle`);
  }

  async #pointer(ref: FunctionRef): Promise<Pointer | undefined> {
    return await readPointer(join(this.#home(ref), 'current'));
  }

  async #writePointer(ref: FunctionRef, pointer: Pointer): Promise<void> {
    await replaceFile(join(this.#home(ref), 'current'), `${JSON.stringify(pointer)}\n`);
  }

  async #point(
    ref: FunctionRef,
    version: Pick<FunctionVersion, 'digest' | 'parts'>,
  ): Promise<FunctionRecord> {
    const pointer = movePointer(await this.#pointer(ref), version);
    await this.#writePointer(ref, pointer);
    return await this.#record(ref, pointer);
  }

  async #record(ref: FunctionRef, pointer: Pointer): Promise<FunctionRecord> {
    const versions = await Promise.all(
      pointer.history.map(async (digest) => await this.#version(ref, digest)),
    );
    return {
      function: ref,
      current: pointer.current,
      versions: versions.filter((version) => version !== undefined),
    };
  }

  async #knownVersion(ref: FunctionRef, digest: string): Promise<FunctionVersion> {
    const version = isDigest(digest) ? await this.#version(ref, digest) : undefined;
    if (version === undefined) throw unknownVersion(ref, digest);
    return version;
  }

  async #version(ref: FunctionRef, digest: string): Promise<FunctionVersion | undefined> {
    const path = join(this.#versions(ref), `${digest}.json`);
    try {
      return JSON.parse(await readFile(path, 'utf8')) as FunctionVersion;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw new FaasmError('store.unavailable', `File ${path} cannot be read: ${String(error)}`, {
        cause: error,
      });
    }
  }
}

/** Names of object files, where they become parts of paths. */
const OBJECT_NAME = /^[a-z0-9-]{1,40}$/;

/** The digest of a version's module. */
function moduleOf({ digest, parts }: Pick<FunctionVersion, 'digest' | 'parts'>): string {
  return parts?.module ?? digest;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function unknownFunction(ref: FunctionRef): FaasmError {
  return new FaasmError('function.unknown', `Function ${formatFunctionRef(ref)} does not exist`);
}

function unknownVersion(ref: FunctionRef, digest: string, cause?: unknown): FaasmError {
  const shown = JSON.stringify(digest.slice(0, 80));
  const message = `Function ${formatFunctionRef(ref)} has no version ${shown}`;
  return new FaasmError('version.unknown', message, cause === undefined ? {} : { cause });
}

/** Entries of a directory that are names, in order; none when it is not there. */
async function names(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).filter((entry) => NAME_PATTERN.test(entry)).toSorted();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new FaasmError('store.unavailable', `Directory ${directory} cannot be read: ${String(error)}`, {
      cause: error,
    });
  }
}
