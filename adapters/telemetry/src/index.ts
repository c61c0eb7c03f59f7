export { createLogger, logCalls, logExecutor, type Logger, type LogLevel } from './logger.ts';
export {
  countStateBytes,
  createMetrics,
  HttpMetrics,
  measureCalls,
  measureExecutor,
  measureFaaslets,
  measureReading,
  measureQueue,
  type CountStateBytes,
  type FaasletCounts,
  type Registry,
} from './metrics.ts';
