import { compileFaasletModule, PREPARED_OBJECT, preparedModule, type FaasletModule } from '@faasm/faaslet';
import type { FunctionStore } from '@faasm/functions';
import type { FunctionRef } from '@faasm/protocol';
import { EXECUTOR_EVENTS } from './executor-events.ts';

/** What a module cache works with. */
export interface ModuleCacheOptions {
  readonly store: Pick<FunctionStore, 'read' | 'readObject'>;
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

/** Compiles each module once for the whole process, off this thread. */
export class ModuleCache {
  readonly #options: ModuleCacheOptions;
  /** By digest, the one used longest ago first. */
  readonly #cached = new Map<string, Cached>();
  #bytes = 0;

  constructor(options: ModuleCacheOptions) {
    this.#options = options;
  }

  /** The compiled module; waits for the compilation that is under way. Throws what the store throws. */
  async get(ref: FunctionRef, digest: string): Promise<FaasletModule> {
    const cached = this.#cached.get(digest) ?? this.#add(ref, digest);
    this.#cached.delete(digest);
    this.#cached.set(digest, cached);
    return await cached.source;
  }

  #add(ref: FunctionRef, digest: string): Cached {
    const cached: Cached = { source: this.#compile(ref, digest), sizeBytes: 0 };
    cached.source.catch(() => {
      this.#cached.delete(digest);
    });
    return cached;
  }

  async #compile(ref: FunctionRef, digest: string): Promise<FaasletModule> {
    const { store } = this.#options;
    const object = await store.readObject(ref, { digest, name: PREPARED_OBJECT });
    const original = object === undefined ? await store.read(ref, digest) : undefined;
    const startedAt = performance.now();
    const prepared = original === undefined ? object : preparedModule(original);
    if (prepared === undefined) throw new TypeError('A module was neither read nor prepared');
    const source = await compileFaasletModule(prepared);
    const sizeBytes = prepared.byteLength;
    const compileMs = performance.now() - startedAt;
    EXECUTOR_EVENTS.moduleCompiled.publish({
      digest,
      sizeBytes,
      compileMs,
      prepared: original !== undefined,
    });
    const cached = this.#cached.get(digest);
    if (cached !== undefined) {
      cached.sizeBytes = sizeBytes;
      this.#bytes += sizeBytes;
    }
    this.#evict(digest);
    return source;
  }

  /** Forgets what was used longest ago, but never the module that has just been compiled. */
  #evict(justCompiled: string): void {
    const { cachedBytesMax, cachedModulesMax } = this.#options;
    for (const [digest, { sizeBytes }] of this.#cached) {
      const tooMany = this.#cached.size > cachedModulesMax || this.#bytes > cachedBytesMax;
      if (!tooMany || digest === justCompiled) return;
      if (sizeBytes === 0) continue;
      this.#cached.delete(digest);
      this.#bytes -= sizeBytes;
    }
  }
}
