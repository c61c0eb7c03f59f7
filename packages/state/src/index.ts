export {
  byChunk,
  CHUNK_BYTES,
  chunkCount,
  chunksOf,
  inParts,
  type ByteRange,
  type Piece,
} from './byte-range.ts';
export type {
  ChangeTerms,
  GlobalTier,
  ListedValue,
  LockAnswer,
  LockTerms,
  Push,
  ReadTerms,
  ValueInfo,
  ValueReading,
} from './global-tier.ts';
export { checkUser, formatStateKey, KEY_BYTES_MAX, stateKey, type StateKey } from './state-key.ts';
export { checkChange, checkRange, checkSize, type KeyRecord, type LockRecord } from './change-rules.ts';
