export { createLogger, logCalls, logExecutor, type Logger, type LogLevel } from './logger.ts';
export {
  createMetrics,
  HttpMetrics,
  measureCalls,
  measureExecutor,
  measureFaaslets,
  measureReading,
  measureQueue,
  type FaasletCounts,
  type Registry,
} from './metrics.ts';
