export {
  decodeCall,
  decodeCallLog,
  decodeCallResult,
  encodeCall,
  encodeCallLog,
  encodeCallResult,
} from './call-codec.ts';
export { callLog, type CallLog } from './call-log.ts';
export type { CallOutcome, CallResult, CallState, CallStatus, CallTimings } from './call-result.ts';
export { heldBytes, parseCallId, type Call, type CallId, type CallKind } from './call.ts';
export {
  ERROR_CATALOGUE,
  isErrorCode,
  type ErrorCode,
  type ErrorEntry,
  type Fault,
} from './error-catalogue.ts';
export { FaasmError, isFaasmError, type FaasmErrorOptions } from './faasm-error.ts';
export { decodeFrame, encodeFrame, FRAME_VERSION, type Frame } from './frame.ts';
export {
  formatFunctionRef,
  functionRef,
  NAME_PATTERN,
  parseFunctionRef,
  type FunctionRef,
} from './function-ref.ts';
export { LIMITS, type Bound } from './limits.ts';
