export { closeServer } from './http/close-server.ts';
export { listen, type ListenOptions } from './http/listen.ts';
export { serviceBase, type ServiceBase } from './process/service-base.ts';
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
export { takeFirst } from './http/take-first.ts';
export type { WholeBodyRequest } from './http/whole-body-request.ts';
export { writeError, writeProblem } from './http/write-problem.ts';
export { runUntilSignal, type RunningService, type ShutdownOptions } from './process/run-until-signal.ts';
export { SETTINGS, type SettingName } from './settings/catalogue.ts';
export { ConfigError } from './settings/config-error.ts';
export { renderConfigurationReference } from './settings/configuration-reference.ts';
export {
  readSettings,
  settingSource,
  type SettingInputs,
  type Settings,
  type SettingSource,
  type SettingTexts,
  type SettingValue,
} from './settings/read-settings.ts';
export type { ServiceName, Setting } from './settings/setting.ts';
export { userWeights } from './settings/user-weights.ts';
