import {
  EXECUTOR_EVENTS,
  type FunctionInitialized,
  type ModuleOptimised,
  type ModulePrepared,
  type SnapshotProblem,
  type ThreadStuck,
} from '@faasm/executor';
import { isFaasmError } from '@faasm/protocol';
import { CALL_EVENTS, type CallFinished, type WorkerTrouble } from '@faasm/scheduler';
import pino, { type Logger } from 'pino';

export type { Logger } from 'pino';

/** The levels of the setting LOG_LEVEL, from the most to the least talkative. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** File descriptor of standard error: standard output belongs to what a command answers. */
const STDERR = 2;

/** A logger that writes one JSON object a line to standard error. */
export function createLogger(service: string, level: LogLevel): Logger {
  return pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ dest: STDERR, sync: true }),
  );
}

/** Logs what the scheduler tells of calls, each line with its call id. The returned function ends it. */
export function logCalls(logger: Logger): () => void {
  const finished = (message: unknown): void => {
    logFinished(logger, message as CallFinished);
  };
  const trouble = (message: unknown): void => {
    const { doing, error } = message as WorkerTrouble;
    logger.warn({ doing, err: error, code: isFaasmError(error) ? error.code : undefined }, 'worker trouble');
  };
  CALL_EVENTS.finished.subscribe(finished);
  CALL_EVENTS.trouble.subscribe(trouble);
  return () => {
    CALL_EVENTS.finished.unsubscribe(finished);
    CALL_EVENTS.trouble.unsubscribe(trouble);
  };
}

/** Logs what the executor tells of itself. The returned function ends it. */
export function logExecutor(logger: Logger): () => void {
  const initialized = (message: unknown): void => {
    logger.debug(message as FunctionInitialized, 'function initialized');
  };
  const optimised = (message: unknown): void => {
    logger.debug(message as ModuleOptimised, 'module optimised');
  };
  const prepared = (message: unknown): void => {
    logger.debug(message as ModulePrepared, 'module prepared');
  };
  const problem = (message: unknown): void => {
    logger.warn(message as SnapshotProblem, 'snapshot not used');
  };
  const stuck = (message: unknown): void => {
    logger.error(message as ThreadStuck, 'executor thread does not end');
  };
  EXECUTOR_EVENTS.functionInitialized.subscribe(initialized);
  EXECUTOR_EVENTS.moduleOptimised.subscribe(optimised);
  EXECUTOR_EVENTS.modulePrepared.subscribe(prepared);
  EXECUTOR_EVENTS.snapshotProblem.subscribe(problem);
  EXECUTOR_EVENTS.threadStuck.subscribe(stuck);
  return () => {
    EXECUTOR_EVENTS.functionInitialized.unsubscribe(initialized);
    EXECUTOR_EVENTS.moduleOptimised.unsubscribe(optimised);
    EXECUTOR_EVENTS.modulePrepared.unsubscribe(prepared);
    EXECUTOR_EVENTS.snapshotProblem.unsubscribe(problem);
    EXECUTOR_EVENTS.threadStuck.unsubscribe(stuck);
  };
}

/** A guest's failure is news for its owner, not an error of the server: it is logged as information. */
function logFinished(logger: Logger, { call, result, settled }: CallFinished): void {
  const level = result.outcome.type === 'success' && settled ? 'debug' : 'info';
  if (!logger.isLevelEnabled(level)) return;
  logger[level](
    {
      callId: call.id,
      user: call.function.user,
      function: call.function.name,
      kind: call.kind,
      outcome: result.outcome,
      timings: result.timings,
      version: result.version,
      settled,
      traceparent: call.traceparent,
    },
    'call finished',
  );
}
