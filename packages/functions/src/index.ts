export { CurrentVersions, type CurrentVersionsOptions } from './current-versions.ts';
export type { FunctionRecord, FunctionStore, FunctionVersion, StagedModule } from './function-store.ts';
export { deployFunction, rollbackFunction, type Deployment, type DeployOptions } from './deploy-function.ts';
