import { argumentRoom, limitInForce, NO_LAUNCH_SETTINGS, type FunctionSettings } from '@faasm/functions';
import type { CallTerms } from '@faasm/scheduler';

/**
 * What calls of a function are held to: its own limits, and `operators` where it has none or a larger one. The time-out of a
 * function is both what its calls get and the longest that they may ask for.
 */
export function callTerms(settings: FunctionSettings, operators: CallTerms): CallTerms {
  const { inputBytes, timeoutMs } = settings.limits;
  if (inputBytes === undefined && timeoutMs === undefined && !hasLaunch(settings)) return operators;
  const timeoutMaxMs = limitInForce(timeoutMs, operators.timeoutMaxMs);
  return {
    inputBytesMax: limitInForce(inputBytes, operators.inputBytesMax),
    argumentRoom: argumentRoom(settings),
    timeoutMs: timeoutMs === undefined ? operators.timeoutMs : timeoutMaxMs,
    timeoutMaxMs,
  };
}

/** By the objects: where there is nothing, they are always these. */
function hasLaunch({ environment, arguments: args }: FunctionSettings): boolean {
  return environment !== NO_LAUNCH_SETTINGS.environment || args !== NO_LAUNCH_SETTINGS.arguments;
}
