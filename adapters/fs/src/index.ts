export { DATA_FORMAT, openDataDirectory, readDataDirectory, type DataDirectory } from './data-directory.ts';
export { DirectoryFunctionStore } from './directory-function-store.ts';
export { DirectorySnapshotStore } from './directory-snapshot-store.ts';
export { loadSnapshotKey } from './snapshot-key.ts';
