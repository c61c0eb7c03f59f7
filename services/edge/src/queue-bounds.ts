import { userWeights, type Settings } from '@faasm/chassis';
import type { QueueBounds } from '@faasm/scheduler';
import type { GATEWAY_SETTINGS } from './config.ts';

/** The bounds of the queue that the settings describe. Throws `ConfigError`. */
export function queueBounds(settings: Settings<(typeof GATEWAY_SETTINGS)[number]>): QueueBounds {
  return {
    queuedCallsMax: settings.QUEUE_LIMIT_CALLS,
    queuedBytesMax: settings.QUEUE_LIMIT_BYTES,
    outstandingCallsPerUserMax: settings.USER_LIMIT_CALLS,
    weightOf: userWeights(settings.USER_WEIGHTS),
  };
}
