export { CallHost, type CallHostOptions } from './call-host.ts';
export { CALL_HOST_SETTINGS, WORKER_SETTINGS } from './config.ts';
export { openState } from './open-state.ts';
export { createExecutor, type ExecutorParts } from './create-executor.ts';
export { faasletRoutes } from './faaslet-routes.ts';
export { openSnapshots, type SnapshotSettings } from './snapshot-keeping.ts';
export { runService } from './service.ts';
