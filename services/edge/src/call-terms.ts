import { limitInForce, type FunctionSettings } from '@faasm/functions';
import type { CallTerms } from '@faasm/scheduler';

/**
 * What calls of a function are held to: its own limits, and `operators` where it has none or a larger one. The time-out of a
 * function is both what its calls get and the longest that they may ask for.
 */
export function callTerms({ limits }: FunctionSettings, operators: CallTerms): CallTerms {
  const { inputBytes, timeoutMs } = limits;
  if (inputBytes === undefined && timeoutMs === undefined) return operators;
  const timeoutMaxMs = limitInForce(timeoutMs, operators.timeoutMaxMs);
  return {
    inputBytesMax: limitInForce(inputBytes, operators.inputBytesMax),
    timeoutMs: timeoutMs === undefined ? operators.timeoutMs : timeoutMaxMs,
    timeoutMaxMs,
  };
}
