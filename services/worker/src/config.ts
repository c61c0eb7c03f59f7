import type { SettingName } from '@faasm/chassis';

/** The settings of what runs calls; the standalone server reads them too. */
export const CALL_HOST_SETTINGS = [
  'THREADS_PER_WORKER',
  'CAPTURE_STDOUT',
  'OUTPUT_LIMIT_BYTES',
  'MEMORY_LIMIT_BYTES',
  'LOG_LIMIT_BYTES',
  'LEASE_TIME',
] as const satisfies readonly SettingName[];
