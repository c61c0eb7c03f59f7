export {
  AppendedElements,
  ELEMENT_BYTES_MAX,
  ELEMENTS_READ_MAX,
  tooMuchAppended,
  type AppendedTerms,
} from './appended.ts';
export {
  byChunk,
  CHUNK_BYTES,
  chunkCount,
  chunksOf,
  inPieces,
  PIECE_BYTES_MAX,
  type ByteRange,
  type Piece,
} from './byte-range.ts';
export type {
  StateAnswer,
  StateQuestion,
  StateQuestionName,
  StateQuestions,
} from './call/state-questions.ts';
export { StateSession, type StateHost } from './call/state-session.ts';
export {
  changedMeanwhile,
  checkChange,
  checkRange,
  checkSize,
  COUNTER_BYTES,
  type KeyRecord,
  type LockRecord,
} from './change-rules.ts';
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
export { LocalTier, type LocalTierOptions, type Use } from './local/local-tier.ts';
export type { SharedValue } from './local/local-value.ts';
export type { Region, RegionPlace, Regions } from './local/regions.ts';
export { ValueMaps } from './local/value-maps.ts';
export { LockTable, type LockTableOptions } from './lock-table.ts';
export { GlobalLocks } from './locks/global-locks.ts';
export { LocalLocks, type LockMode } from './locks/local-locks.ts';
export { openStateHost, type StateHostOptions } from './open-state-host.ts';
export { checkUser, formatStateKey, KEY_BYTES_MAX, stateKey, type StateKey } from './state-key.ts';
