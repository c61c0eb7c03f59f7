import type { FunctionRef } from '@faasm/protocol';
import type { FunctionSettings } from './function-settings.ts';
import type { PackedFiles, VersionParts } from './version-files.ts';

/** What is known of one uploaded module, with its files. Never changes. */
export interface FunctionVersion {
  /** Names the version, 64 hexadecimal digits: SHA-256 of the module's bytes, or of module and files. */
  readonly digest: string;
  /** Of the module. */
  readonly sizeBytes: number;
  /** Absent where the module is all of it. */
  readonly parts?: VersionParts;
  /** When this version first was uploaded for this function, in milliseconds since the Unix epoch. */
  readonly uploadedAt: number;
  /** `module.name` of everything it imports. */
  readonly imports: readonly string[];
  /** What its owner should know: imports that trap when called, and the like. */
  readonly warnings: readonly string[];
  /** SHA-256 of each object file that was made of the module, by its name; absent in versions of older releases. */
  readonly objects?: Readonly<Record<string, string>>;
}

/** A staged module that is to become a version of a function. */
export interface Publication {
  readonly staged: StagedModule;
  readonly version: Omit<FunctionVersion, 'objects'>;
  /** Object files to be kept beside the module, by name: 1 to 40 of `a` to `z`, digits and `-`. */
  readonly objects: ReadonlyMap<string, Uint8Array>;
  /** Undefined when the module is all of it. */
  readonly files: PackedFiles | undefined;
}

/** Names an object file. */
export interface ObjectName {
  readonly digest: string;
  readonly name: string;
}

/** What calls of a function use now. */
export interface CurrentVersion {
  readonly digest: string;
  readonly settings: FunctionSettings;
  /** Absent where the module is all of the version. */
  readonly parts?: VersionParts;
}

/** One function with all its versions. */
export interface FunctionRecord {
  readonly function: FunctionRef;
  /** Digest of the version that calls use. */
  readonly current: string;
  /** In the order in which they were made current, the oldest first; each digest once. */
  readonly versions: readonly FunctionVersion[];
}

/** Bytes of an upload that are stored but belong to no function yet. */
export interface StagedModule {
  readonly digest: string;
  readonly sizeBytes: number;
  read(): Promise<Uint8Array<ArrayBuffer>>;
  /** Forgets the bytes. Harmless after {@link FunctionStore.publish}. */
  discard(): Promise<void>;
}

/**
 * Port: where modules and their versions are. Methods may throw `store.unavailable`. Versions are immutable;
 * only the pointer to the current one moves, atomically, and with it are the function's settings. One process writes; any number read.
 */
export interface FunctionStore {
  /** Stores an upload as it arrives. Throws `module.too_large` beyond `maxBytes`, keeping nothing. */
  stage(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<StagedModule>;

  /**
   * Makes a staged module, with its files, the current version of a function: all of it or nothing. The same bytes again
   * give the same version, with the object files that it lacked.
   */
  publish(ref: FunctionRef, publication: Publication): Promise<FunctionRecord>;

  /** The current version and the settings, as of one moment; undefined for an unknown function. Cheap: calls ask it. */
  current(ref: FunctionRef): Promise<CurrentVersion | undefined>;

  /** Undefined for an unknown function. */
  describe(ref: FunctionRef): Promise<FunctionRecord | undefined>;

  /** The module of a version. Throws `version.unknown`. */
  read(ref: FunctionRef, digest: string): Promise<Uint8Array<ArrayBuffer>>;

  /**
   * The bundle of a version's files, in memory that threads can share; undefined when it has none. Throws
   * `version.unknown`.
   */
  readFiles(ref: FunctionRef, digest: string): Promise<Uint8Array<SharedArrayBuffer> | undefined>;

  /**
   * An object file of a version. Undefined when there is none of this name, or when it is damaged: whoever asks makes it
   * again from the module. Throws `version.unknown`.
   */
  readObject(ref: FunctionRef, object: ObjectName): Promise<Uint8Array<ArrayBuffer> | undefined>;

  /** Makes a stored version current. Throws `function.unknown` or `version.unknown`. */
  setCurrent(ref: FunctionRef, digest: string): Promise<FunctionRecord>;

  /** Replaces the settings of a function, which new versions leave as they are. Throws `function.unknown`. */
  setSettings(ref: FunctionRef, settings: FunctionSettings): Promise<void>;

  /** Removes a function with all its versions and its settings. False when there was none. */
  remove(ref: FunctionRef): Promise<boolean>;

  /** Every function, ordered by user and name; of one user where given. */
  list(user?: string): Promise<FunctionRecord[]>;

  /** Answers true, or throws `store.unavailable`. */
  ping(): Promise<true>;
}
