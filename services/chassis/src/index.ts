export { Readiness } from './http/health.ts';
export {
  PROBLEM_MEDIA_TYPE,
  problem,
  ProblemSchema,
  toFaasmError,
  type Problem,
  type ProblemExtras,
} from './http/problem.ts';
export { createHttpServer, sendProblem, type HttpServerOptions } from './http/server.ts';
export { runUntilSignal, type RunningService, type ShutdownOptions } from './process/run-until-signal.ts';
