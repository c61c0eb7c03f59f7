export { CurrentVersions, type CurrentVersionsOptions } from './current-versions.ts';
export type {
  FunctionRecord,
  FunctionStore,
  FunctionVersion,
  ObjectName,
  Publication,
  StagedModule,
} from './function-store.ts';
export { SNAPSHOTS_KEPT, type SnapshotStore } from './snapshot-store.ts';
export { deployFunction, rollbackFunction, type Deployment, type DeployOptions } from './deploy-function.ts';
