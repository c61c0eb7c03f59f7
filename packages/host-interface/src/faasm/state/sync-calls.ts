import type { HostWork } from '@faasm/faaslet';
import type { LockMode } from '@faasm/state';
import type { HostFamily } from '../../host-function.ts';
import { first, type StateAccess } from './state-access.ts';

/** What keeps the copies of hosts together: pushes, pulls and locks. */
export function syncCalls(state: StateAccess): HostFamily {
  const push = (key: number): HostWork<void> => pushed(state, { key: state.keyAt(key), mask: undefined });
  const lock = (key: number, mode: LockMode | 'global'): HostWork<void> =>
    locked(state, state.keyAt(key), mode);
  const unlock = (key: number, mode: LockMode | 'global'): HostWork<void> =>
    unlocked(state, state.keyAt(key), mode);
  return {
    /** `void __faasm_push_state(const char *key)`: what was changed of the value. */
    __faasm_push_state: push,
    /** `void __faasm_push_state_partial(const char *key)`: the same, since a push never sends what was not changed. */
    __faasm_push_state_partial: push,
    /** `void __faasm_push_state_partial_mask(const char *key, const char *maskKey)` */
    __faasm_push_state_partial_mask: (key: number, mask: number): HostWork<void> =>
      pushed(state, { key: state.keyAt(key), mask: state.keyAt(mask) }),
    /** `void __faasm_pull_state(const char *key, long len)` */
    __faasm_pull_state: (key: number, len: number): HostWork<void> =>
      pulled(state, { key: state.keyAt(key), sizeBytes: len >>> 0 }),

    /** `void __faasm_lock_state_read(const char *key)` */
    __faasm_lock_state_read: (key: number): HostWork<void> => lock(key, 'read'),
    /** `void __faasm_unlock_state_read(const char *key)` */
    __faasm_unlock_state_read: (key: number): HostWork<void> => unlock(key, 'read'),
    /** `void __faasm_lock_state_write(const char *key)` */
    __faasm_lock_state_write: (key: number): HostWork<void> => lock(key, 'write'),
    /** `void __faasm_unlock_state_write(const char *key)` */
    __faasm_unlock_state_write: (key: number): HostWork<void> => unlock(key, 'write'),
    /** `void __faasm_lock_state_global(const char *key)` */
    __faasm_lock_state_global: (key: number): HostWork<void> => lock(key, 'global'),
    /** `void __faasm_unlock_state_global(const char *key)` */
    __faasm_unlock_state_global: (key: number): HostWork<void> => unlock(key, 'global'),
  };
}

function* pushed(state: StateAccess, ask: { key: string; mask: string | undefined }): HostWork<void> {
  yield* state.ask('push', ask);
}

function* pulled(state: StateAccess, { key, sizeBytes }: { key: string; sizeBytes: number }): HostWork<void> {
  // So that the value is one that the call uses; the pull itself reads all of it.
  yield* state.open({ key, sizeBytes, range: first(0), how: 'read' });
  yield* state.ask('refresh', { key });
}

function* locked(state: StateAccess, key: string, mode: LockMode | 'global'): HostWork<void> {
  yield* state.ask('lock', { key, mode });
}

function* unlocked(state: StateAccess, key: string, mode: LockMode | 'global'): HostWork<void> {
  const held = yield* state.ask('unlock', { key, mode });
  if (!held) state.guest.trap(`The call does not hold the ${mode} lock of ${key}`);
}
