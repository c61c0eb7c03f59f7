import type { FaasletModule } from '@faasm/faaslet';
import { Worker } from 'node:worker_threads';
import { EXECUTOR_EVENTS, type ModuleOptimised } from './executor-events.ts';

/** What the thread is started with. */
export interface TierUpData {
  /** How long one module may take, in milliseconds. */
  readonly limitMs: number;
}

/** A module whose functions are to be optimised, as the thread is told. */
export interface TierUpRequest {
  readonly source: FaasletModule;
  readonly digest: string;
}

const MAIN = new URL('./thread/tier-up-thread.ts', import.meta.url);

/**
 * Has the functions of a module that loop compiled for full speed before they are called: V8 never replaces a function
 * that runs, so that a first call would stay in its slow tier to its end. In a thread of low priority, whose code all
 * threads then run; no call waits for it.
 */
export class TierUp {
  readonly #worker: Worker;

  /** Each module is given `limitMs` milliseconds. */
  constructor(limitMs: number) {
    const workerData: TierUpData = { limitMs };
    this.#worker = new Worker(MAIN, { workerData, env: {}, execArgv: [], name: 'tier-up' });
    this.#worker.on('message', (optimised: ModuleOptimised) => {
      EXECUTOR_EVENTS.moduleOptimised.publish(optimised);
    });
    // Without it functions are slower at first, and correct.
    this.#worker.on('error', () => undefined);
    this.#worker.unref();
  }

  /** Begins, after the modules that were given before. */
  optimise(source: FaasletModule, digest: string): void {
    const request: TierUpRequest = { source, digest };
    if (source.facts.hotFunctions.length > 0) this.#worker.postMessage(request);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
