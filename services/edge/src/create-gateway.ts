import type { ServiceBase, Settings } from '@faasm/chassis';
import { argumentRoom, NO_LAUNCH_SETTINGS, type CurrentVersions } from '@faasm/functions';
import { CallGateway, type CallQueue, type LogFeed, type ResultStore } from '@faasm/scheduler';
import { callTerms } from './call-terms.ts';
import type { GATEWAY_SETTINGS } from './config.ts';

/** What a gateway needs besides its settings. */
export interface GatewayParts {
  readonly base: ServiceBase;
  readonly queue: CallQueue;
  readonly results: ResultStore;
  readonly feed: LogFeed;
  readonly versions: Pick<CurrentVersions, 'resolve'>;
}

/** The gateway that the settings describe. */
export function createGateway(
  settings: Settings<(typeof GATEWAY_SETTINGS)[number]>,
  parts: GatewayParts,
): CallGateway {
  const { base, queue, results, feed, versions } = parts;
  const operators = {
    inputBytesMax: settings.INPUT_LIMIT_BYTES,
    argumentRoom: argumentRoom(NO_LAUNCH_SETTINGS),
    timeoutMs: settings.GLOBAL_MESSAGE_TIMEOUT,
    timeoutMaxMs: settings.CALL_TIMEOUT_MAX,
  };
  return new CallGateway({
    queue,
    results,
    feed,
    termsOf: (ref) => {
      const found = versions.resolve(ref);
      return found instanceof Promise
        ? found.then((current) => current && callTerms(current.settings, operators))
        : callTerms(found.settings, operators);
    },
    clock: base.clock,
  });
}
