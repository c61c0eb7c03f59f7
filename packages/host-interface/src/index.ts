export {
  DEFAULT_ARGUMENT_BOUNDS,
  FIXED_ARGUMENT_BOUNDS,
  SLICE_BYTES,
  type ArgumentBounds,
  type FixedArgumentBound,
} from './argument-bounds.ts';
export {
  environmentDigest,
  GUEST_ARGS,
  GUEST_ENVIRONMENT,
  HOST_INTERFACE_VERSION,
} from './guest-environment.ts';
export type { CurrentGuest, HostFamily, HostFunction } from './host-function.ts';
export { hostInterface, linkImports, missingImports, type HostInterface } from './host-interface.ts';
