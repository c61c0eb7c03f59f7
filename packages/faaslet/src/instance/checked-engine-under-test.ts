import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import type { GuestScheduler } from './engine-thread.ts';
import { TestEngine } from '../testing/index.ts';

/** What is asked at checks, and can make the next check ask again. */
export interface AskedScheduler extends GuestScheduler {
  ask: () => void;
}

/** What guests are checked with. */
interface CheckedEngineOptions {
  /** Iterations of a loop between two checks. */
  readonly checkInterval: number;
  readonly scheduler: AskedScheduler;
  /** Imports of the module `env`. */
  readonly env: Readonly<Record<string, (value: number) => unknown>>;
}

/** An engine whose guests ask `scheduler` at each check that `scheduler.ask` was called before. */
export function checkedEngine({ checkInterval, scheduler, env }: CheckedEngineOptions): TestEngine {
  const engine = new TestEngine(new LinuxMemoryMapper(), {
    imports: () => ({ env }),
    options: { limits: { memoryBytes: 65_536, outputBytes: 100, logBytes: 100 } },
    scheduler,
    prepare: { checkInterval },
  });
  scheduler.ask = () => Atomics.store(engine.thread.pauseWord, 0, 1);
  return engine;
}
