import type { SettingName } from '@faasm/chassis';

/** The settings of what accepts calls; the standalone server reads them too. */
export const GATEWAY_SETTINGS = [
  'GLOBAL_MESSAGE_TIMEOUT',
  'CALL_TIMEOUT_MAX',
  'INPUT_LIMIT_BYTES',
  'QUEUE_LIMIT_CALLS',
  'USER_LIMIT_CALLS',
  'RESULT_TTL',
  'FUNCTION_REFRESH',
] as const satisfies readonly SettingName[];
