import { compileFaasletModule, Preparer, preparedObject, type FaasletModule } from '@faasm/faaslet';
import type { FunctionStore } from '@faasm/functions';
import { EXECUTOR_EVENTS } from './executor-events.ts';
import { moduleDigest, type FunctionVersionRef } from './function-version.ts';

/** What a module cache works with. */
export interface ModuleCacheOptions {
  readonly store: Pick<FunctionStore, 'read' | 'readObject'>;
  /** Iterations of a loop between two checks, for functions of this kind; 0 for those that run without any. */
  readonly checkIntervalOf: (ref: FunctionVersionRef['ref']) => number;
  /** Told of each module that was compiled. */
  readonly compiled: (source: FaasletModule, digest: string) => void;
  /** Modules kept compiled are this large in total, in bytes of Wasm; beyond it the ones used longest ago go. */
  readonly cachedBytesMax: number;
  /** Modules kept compiled, at most: small ones cost more than their bytes. */
  readonly cachedModulesMax: number;
}

interface Cached {
  readonly source: Promise<FaasletModule>;
  /** 0 while it is being compiled. */
  sizeBytes: number;
}

/**
 * Compiles each module once for the whole process, off this thread. Whoever gives up waiting ends nothing: the module is
 * there for the next call.
 */
export class ModuleCache {
  readonly #options: ModuleCacheOptions;
  readonly #preparer = new Preparer();
  /** By digest and interval of checks, the one used longest ago first. */
  readonly #cached = new Map<string, Cached>();
  #bytes = 0;

  constructor(options: ModuleCacheOptions) {
    this.#options = options;
  }

  /** The compiled module; waits for the compilation that is under way. Throws what the store throws. */
  async get(version: FunctionVersionRef): Promise<FaasletModule> {
    const key = `${moduleDigest(version)} ${this.#options.checkIntervalOf(version.ref)}`;
    const cached = this.#cached.get(key) ?? this.#add(key, version);
    this.#cached.delete(key);
    this.#cached.set(key, cached);
    return await cached.source;
  }

  #add(key: string, version: FunctionVersionRef): Cached {
    const cached: Cached = { source: this.#compile(key, version), sizeBytes: 0 };
    cached.source.catch(() => {
      this.#cached.delete(key);
    });
    return cached;
  }

  /** As it is stored, or prepared again. */
  async #prepared({ ref, digest }: FunctionVersionRef): Promise<Uint8Array<ArrayBuffer>> {
    const { store, checkIntervalOf } = this.#options;
    const how = { checkInterval: checkIntervalOf(ref) };
    const name = preparedObject(how);
    const stored = await store.readObject(ref, { digest, name });
    if (stored !== undefined) return stored;
    const original = await store.read(ref, digest);
    const sizeBytes = original.byteLength;
    const startedAt = performance.now();
    const prepared = (await this.#preparer.objectFiles(original, how)).get(name);
    if (prepared === undefined) throw new TypeError(`Preparation made no object file ${name}`);
    const prepareMs = performance.now() - startedAt;
    EXECUTOR_EVENTS.modulePrepared.publish({ digest, sizeBytes, prepareMs });
    return prepared;
  }

  async #compile(key: string, version: FunctionVersionRef): Promise<FaasletModule> {
    const { digest } = version;
    const prepared = await this.#prepared(version);
    const startedAt = performance.now();
    const source = await compileFaasletModule(prepared);
    const sizeBytes = prepared.byteLength;
    const compileMs = performance.now() - startedAt;
    EXECUTOR_EVENTS.moduleCompiled.publish({ digest, sizeBytes, compileMs });
    this.#options.compiled(source, digest);
    const cached = this.#cached.get(key);
    if (cached !== undefined) {
      cached.sizeBytes = sizeBytes;
      this.#bytes += sizeBytes;
    }
    this.#evict(key);
    return source;
  }

  /** Forgets what was used longest ago, but never the module that has just been compiled. */
  #evict(justCompiled: string): void {
    const { cachedBytesMax, cachedModulesMax } = this.#options;
    for (const [key, { sizeBytes }] of this.#cached) {
      const tooMany = this.#cached.size > cachedModulesMax || this.#bytes > cachedBytesMax;
      if (!tooMany || key === justCompiled) return;
      if (sizeBytes === 0) continue;
      this.#cached.delete(key);
      this.#bytes -= sizeBytes;
    }
  }
}
