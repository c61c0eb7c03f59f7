export { createLogger, logCalls, type Logger, type LogLevel } from './logger.ts';
export {
  createMetrics,
  httpMetrics,
  measureCalls,
  measureExecutor,
  measureReading,
  measureQueue,
  type Registry,
} from './metrics.ts';
