export type { FunctionRecord, FunctionStore, FunctionVersion, StagedModule } from './function-store.ts';
