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
  argumentRoom,
  LAUNCH_BOUNDS,
  launchKey,
  launchProblem,
  NO_LAUNCH_SETTINGS,
  sameLaunch,
  valueProblem,
  VARIABLE_NAME,
  type ArgumentRoom,
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
export {
  archiveBytesMax,
  readVersionArchive,
  versionArchiveEntries,
  type ArchiveBounds,
  type VersionArchive,
} from './version-archive.ts';
export {
  packFiles,
  versionDigest,
  type FilesFacts,
  type PackedFiles,
  type VersionParts,
} from './version-files.ts';
export { SNAPSHOTS_KEPT, type SnapshotStore } from './snapshot-store.ts';
export {
  deployArchive,
  deployFunction,
  rollbackFunction,
  type Deployment,
  type DeployOptions,
} from './deploy-function.ts';
