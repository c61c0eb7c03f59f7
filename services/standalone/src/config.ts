import type { SettingName } from '@faasm/chassis';
import { GATEWAY_SETTINGS } from '@faasm/edge';
import { UPLOAD_SETTINGS } from '@faasm/upload';
import { CALL_HOST_SETTINGS } from '@faasm/worker';

/** The settings that the standalone server reads: those of all its parts. */
export const STANDALONE_SETTINGS = [
  ...GATEWAY_SETTINGS,
  ...UPLOAD_SETTINGS,
  ...CALL_HOST_SETTINGS,
  'EDGE_PORT',
  'RESULT_LIMIT_BYTES',
  'DEMO_FUNCTIONS',
  'STATE_LIMIT_BYTES',
] as const satisfies readonly SettingName[];
