import { channel } from 'node:diagnostics_channel';

/** A thread was ended, by a deadline or by an error, and another took its place. */
export interface ThreadReplaced {
  /** How many threads were left at that moment. */
  readonly threads: number;
}

/** A thread that was to end has not: it is in one long operation of its guest. Another takes its place meanwhile. */
export interface ThreadStuck {
  /** How many are stuck now. */
  readonly stuck: number;
}

/** A module was prepared here, because it has no object file that can be used: none, a damaged one, or another version's. */
export interface ModulePrepared {
  readonly digest: string;
  /** As it was uploaded. */
  readonly sizeBytes: number;
  readonly prepareMs: number;
}

/** A module was fetched and compiled. */
export interface ModuleCompiled {
  readonly digest: string;
  readonly sizeBytes: number;
  readonly compileMs: number;
}

/** The functions of a module that loop were optimised before they were called. */
export interface ModuleOptimised {
  readonly digest: string;
  /** How many functions were, of how many. */
  readonly functions: number;
  readonly hotFunctions: number;
  readonly optimiseMs: number;
}

/** A Proto-Faaslet was made. */
export interface FunctionInitialized {
  /** `user/name`. */
  readonly function: string;
  readonly digest: string;
  /** Where its snapshot came from. */
  readonly from: 'snapshot' | 'constructors';
  readonly initializeMs: number;
  /** The end of what constructors and zygote wrote to standard error. */
  readonly stderr: string;
}

/** A stored snapshot was not used, or one could not be stored. */
export interface SnapshotProblem {
  readonly function: string;
  readonly digest: string;
  readonly reason: string;
}

/** What the executor tells about itself; logs and metrics subscribe to these channels. */
export const EXECUTOR_EVENTS = {
  threadReplaced: channel<ThreadReplaced>('faasm:executor:thread-replaced'),
  threadStuck: channel<ThreadStuck>('faasm:executor:thread-stuck'),
  modulePrepared: channel<ModulePrepared>('faasm:executor:module-prepared'),
  moduleCompiled: channel<ModuleCompiled>('faasm:executor:module-compiled'),
  moduleOptimised: channel<ModuleOptimised>('faasm:executor:module-optimised'),
  functionInitialized: channel<FunctionInitialized>('faasm:executor:function-initialized'),
  snapshotProblem: channel<SnapshotProblem>('faasm:executor:snapshot-problem'),
} as const;
