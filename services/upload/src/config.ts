import type { SettingName } from '@faasm/chassis';

/** The settings that the upload service reads. */
export const UPLOAD_SETTINGS = [
  'LOG_LEVEL',
  'BIND_ADDRESS',
  'UPLOAD_PORT',
  'FUNCTION_STORAGE',
  'FUNC_ROOT',
  'MODULE_LIMIT_BYTES',
  'FILES_LIMIT_BYTES',
  'FILES_LIMIT_ENTRIES',
  'MEMORY_LIMIT_BYTES',
  'INPUT_LIMIT_BYTES',
  'OUTPUT_LIMIT_BYTES',
  'LOG_LIMIT_BYTES',
  'WRITES_LIMIT_BYTES',
  'WRITES_LIMIT_ENTRIES',
  'DESCRIPTORS_MAX',
  'CALL_TIMEOUT_MAX',
  'CHECK_INTERVAL',
  'DRAIN_TIMEOUT',
] as const satisfies readonly SettingName[];
