export { CurrentVersions, type CurrentVersionsOptions } from './current-versions.ts';
export type { FunctionRecord, FunctionStore, FunctionVersion, StagedModule } from './function-store.ts';
