import type { SettingName } from '@faasm/chassis';

/** The settings that the upload service reads. */
export const UPLOAD_SETTINGS = [
  'LOG_LEVEL',
  'BIND_ADDRESS',
  'UPLOAD_PORT',
  'FUNCTION_STORAGE',
  'FUNC_ROOT',
  'MODULE_LIMIT_BYTES',
  'MEMORY_LIMIT_BYTES',
  'CHECK_INTERVAL',
  'DRAIN_TIMEOUT',
] as const satisfies readonly SettingName[];
