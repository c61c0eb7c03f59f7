export { CurrentVersions, type CurrentVersionsOptions } from './current-versions.ts';
export {
  FUNCTION_LIMITS,
  limitInForce,
  NO_SETTINGS,
  storedSettings,
  type FunctionLimitName,
  type FunctionLimits,
  type FunctionSettings,
  type SetLimits,
} from './function-settings.ts';
export {
  LAUNCH_BOUNDS,
  launchKey,
  launchProblem,
  NO_LAUNCH_SETTINGS,
  sameLaunch,
  VARIABLE_NAME,
  type LaunchSettings,
} from './launch-settings.ts';
export type {
  CurrentVersion,
  FunctionRecord,
  FunctionStore,
  FunctionVersion,
  ObjectName,
  Publication,
  StagedModule,
} from './function-store.ts';
export { SNAPSHOTS_KEPT, type SnapshotStore } from './snapshot-store.ts';
export { deployFunction, rollbackFunction, type Deployment, type DeployOptions } from './deploy-function.ts';
