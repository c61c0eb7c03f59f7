import type { ServiceBase, Settings } from '@faasm/chassis';
import type { CurrentVersions } from '@faasm/functions';
import { CallGateway, type CallQueue, type ResultStore } from '@faasm/scheduler';
import type { GATEWAY_SETTINGS } from './config.ts';

/** What a gateway needs besides its settings. */
export interface GatewayParts {
  readonly base: ServiceBase;
  readonly queue: CallQueue;
  readonly results: ResultStore;
  readonly versions: Pick<CurrentVersions, 'resolve'>;
}

/** The gateway that the settings describe. */
export function createGateway(
  settings: Settings<(typeof GATEWAY_SETTINGS)[number]>,
  parts: GatewayParts,
): CallGateway {
  const { base, queue, results, versions } = parts;
  return new CallGateway({
    queue,
    results,
    exists: async (ref) => (await versions.resolve(ref)) !== undefined,
    clock: base.clock,
    defaultTimeoutMs: settings.GLOBAL_MESSAGE_TIMEOUT,
    maxTimeoutMs: settings.CALL_TIMEOUT_MAX,
  });
}
