import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import { measureReading } from '@faasm/adapter-telemetry';
import type { ServiceBase, Settings } from '@faasm/chassis';
import { openStateHost, type GlobalTier, type StateHost } from '@faasm/state';
import type { CALL_HOST_SETTINGS } from './config.ts';

/** The state of a host, as the settings describe it, with its metrics. */
export function openState(
  settings: Settings<(typeof CALL_HOST_SETTINGS)[number]>,
  { base: { clock, metrics }, global }: { base: ServiceBase; global: GlobalTier },
): StateHost {
  const host = openStateHost({
    global,
    clock,
    regions: new LinuxMemoryMapper(),
    valueBytesMax: settings.STATE_LIMIT_BYTES,
    localBytesMax: settings.STATE_HOST_BYTES,
    leaseMs: settings.STATE_LOCK_LEASE,
  });
  measureReading(metrics, {
    name: 'faasm_state_values',
    help: 'State values that this host has a copy of',
    value: () => host.local.usage.values,
  });
  measureReading(metrics, {
    name: 'faasm_state_bytes',
    help: 'Memory that the state values of this host take, at most',
    value: () => host.local.usage.bytes,
  });
  return host;
}
