export {
  functionStoreContract,
  inChunks,
  put,
  versionOf,
  type StoreUnderTest,
} from './function-store.contract.ts';
export { snapshotStoreContract, type SnapshotStoreUnderTest } from './snapshot-store.contract.ts';
