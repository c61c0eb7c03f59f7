import type { SettingName } from '@faasm/chassis';

/** The settings of what accepts calls; the standalone server reads them too. */
export const GATEWAY_SETTINGS = [
  'GLOBAL_MESSAGE_TIMEOUT',
  'CALL_TIMEOUT_MAX',
  'INPUT_LIMIT_BYTES',
  'QUEUE_LIMIT_CALLS',
  'QUEUE_LIMIT_BYTES',
  'USER_LIMIT_CALLS',
  'USER_WEIGHTS',
  'RESULT_TTL',
  'FUNCTION_REFRESH',
] as const satisfies readonly SettingName[];

/** The settings that an edge of a cluster reads. */
export const EDGE_SETTINGS = [
  ...GATEWAY_SETTINGS,
  'LOG_LEVEL',
  'BIND_ADDRESS',
  'EDGE_PORT',
  'REDIS_QUEUE_HOST',
  'REDIS_STATE_HOST',
  'STATE_LIMIT_BYTES',
  'REDIS_PORT',
  'FUNCTION_STORAGE',
  'FUNC_ROOT',
  'LEASE_TIME',
  'DELIVERY_LIMIT',
  'DRAIN_TIMEOUT',
] as const satisfies readonly SettingName[];
