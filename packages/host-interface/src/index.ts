export {
  DEFAULT_ARGUMENT_BOUNDS,
  FIXED_ARGUMENT_BOUNDS,
  SLICE_BYTES,
  type ArgumentBounds,
  type FixedArgumentBound,
} from './argument-bounds.ts';
export {
  COMMON_LAUNCH,
  environmentDigest,
  guestLaunch,
  HOST_INTERFACE_VERSION,
  type GuestLaunch,
  type SeenEnvironment,
} from './guest-environment.ts';
export type { CurrentGuest, HostFamily, HostFunction } from './host-function.ts';
export { OpenValue } from './faasm/state/open-value.ts';
export type { StateMeans } from './faasm/state/state-access.ts';
export {
  hostInterface,
  linkImports,
  missingImports,
  type HostInterface,
  type HostMeans,
} from './host-interface.ts';
