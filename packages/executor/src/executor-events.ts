import { channel } from 'node:diagnostics_channel';

/** A thread was ended, by a deadline or by an error, and another took its place. */
export interface ThreadReplaced {
  /** How many threads were left at that moment. */
  readonly threads: number;
}

/** A module was fetched and compiled. */
export interface ModuleCompiled {
  readonly digest: string;
  readonly sizeBytes: number;
  readonly compileMs: number;
}

/** What the executor tells about itself; logs and metrics subscribe to these channels. */
export const EXECUTOR_EVENTS = {
  threadReplaced: channel<ThreadReplaced>('faasm:executor:thread-replaced'),
  moduleCompiled: channel<ModuleCompiled>('faasm:executor:module-compiled'),
} as const;
