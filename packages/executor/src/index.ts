export {
  EXECUTOR_EVENTS,
  type FunctionInitialized,
  type ModuleOptimised,
  type ModuleCompiled,
  type ModulePrepared,
  type SnapshotProblem,
  type ThreadReplaced,
  type ThreadStuck,
} from './executor-events.ts';
export type { ExecutorOptions } from './executor-options.ts';
export { Executor } from './executor.ts';
export type { FaasletReading } from './faaslet-ledger.ts';
export type { SnapshotKeeping } from './snapshot-archive.ts';
export { serveExecutorThread } from './thread/serve-executor-thread.ts';
