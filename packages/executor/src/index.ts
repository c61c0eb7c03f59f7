export { EXECUTOR_EVENTS, type ModuleCompiled, type ThreadReplaced } from './executor-events.ts';
export { Executor, type ExecutorOptions } from './executor.ts';
