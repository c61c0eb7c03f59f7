export {
  functionStoreContract,
  inChunks,
  put,
  versionOf,
  type StoreUnderTest,
} from './function-store.contract.ts';
