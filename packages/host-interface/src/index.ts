export { GUEST_ARGS, GUEST_ENVIRONMENT } from './guest-environment.ts';
export type { CurrentGuest, HostFamily, HostFunction } from './host-function.ts';
export { hostInterface, linkImports, missingImports, type HostInterface } from './host-interface.ts';
