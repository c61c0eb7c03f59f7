import type { SettingName } from '@faasm/chassis';

/** The settings of what runs calls; the standalone server reads them too. */
export const CALL_HOST_SETTINGS = [
  'THREADS_PER_WORKER',
  'CALLS_PER_THREAD',
  'TIME_SLICE',
  'CHECK_INTERVAL',
  'TRUSTED_FUNCTIONS',
  'USER_WEIGHTS',
  'TIER_UP_TIME',
  'CAPTURE_STDOUT',
  'OUTPUT_LIMIT_BYTES',
  'MEMORY_LIMIT_BYTES',
  'GUEST_STACK_SIZE',
  'LOG_LIMIT_BYTES',
  'IOVEC_LIMIT_BUFFERS',
  'RANDOM_LIMIT_BYTES',
  'POLL_LIMIT_SUBSCRIPTIONS',
  'WRITES_LIMIT_BYTES',
  'WRITES_LIMIT_ENTRIES',
  'DESCRIPTORS_MAX',
  'LEASE_TIME',
  'STATE_LIMIT_BYTES',
  'STATE_MAPPED_BYTES',
  'STATE_HOST_BYTES',
  'STATE_LOCK_LEASE',
  'SNAPSHOT_ROOT',
  'FAASLETS_MAX',
  'FUNCTION_FAASLETS_MAX',
  'FAASLET_IDLE_TIME',
] as const satisfies readonly SettingName[];

/** The settings that a worker of a cluster reads. */
export const WORKER_SETTINGS = [
  ...CALL_HOST_SETTINGS,
  'LOG_LEVEL',
  'BIND_ADDRESS',
  'WORKER_PORT',
  'REDIS_QUEUE_HOST',
  'REDIS_STATE_HOST',
  'REDIS_PORT',
  'FUNCTION_STORAGE',
  'FUNC_ROOT',
  'FUNCTION_REFRESH',
  'RESULT_TTL',
  'DELIVERY_LIMIT',
  'DRAIN_TIMEOUT',
] as const satisfies readonly SettingName[];
