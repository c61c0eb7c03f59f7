export { createLogger, logCalls, logExecutor, type Logger, type LogLevel } from './logger.ts';
export {
  createMetrics,
  httpMetrics,
  measureCalls,
  measureExecutor,
  measureFaaslets,
  measureReading,
  measureQueue,
  type FaasletCounts,
  type Registry,
} from './metrics.ts';
