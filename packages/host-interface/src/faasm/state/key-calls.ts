import type { HostWork } from '@faasm/faaslet';
import { concat, utf8 } from '@faasm/stdx';
import type { HostFamily } from '../../host-function.ts';
import type { StateAccess } from './state-access.ts';

/** What a list answers at once, at most. */
const LISTED_MAX = 1_000;

/** Changed: the value has another version than was expected. */
const CONFLICT = -1n;

/** Values as the global tier has them: versions, compare-and-set, counters, names. Not part of the ABI of other Faasm hosts. */
export function keyCalls(state: StateAccess): HostFamily {
  return {
    /** `int64_t __faasm_state_version(const char *key)`: of the global tier; 0 when it has no such value. */
    __faasm_state_version: (key: number): HostWork<bigint> => version(state, state.keyAt(key)),

    /**
     * `int64_t __faasm_compare_and_set_state(const char *key, int64_t version, const uint8_t *data, long len)`: sets the
     * whole value if it has that version, 0 for none: the new version, or -1.
     */
    __faasm_compare_and_set_state: (...[key, expected, data, len]: [number, bigint, number, number]) =>
      compareAndSet(state, {
        key: state.keyAt(key),
        version: Number(expected),
        bytes: state.guest.memory.read(data, len),
      }),

    /** `int64_t __faasm_increment_state(const char *key, int64_t delta)`: adds to a value of 8 bytes; what it came to. */
    __faasm_increment_state: (key: number, delta: bigint): HostWork<bigint> =>
      increment(state, { key: state.keyAt(key), delta }),

    /** `int __faasm_delete_state(const char *key)`: whether there was such a value. */
    __faasm_delete_state: (key: number): HostWork<number> => remove(state, state.keyAt(key)),

    /**
     * `int __faasm_list_state(const char *after, char *buf, int len)`: keys of the global tier in the order of their bytes,
     * after the key `after`, each with a NUL, as many as fit: how many bytes; 0 when there are no more.
     */
    __faasm_list_state: (after: number, buf: number, len: number): HostWork<number> =>
      list(state, { after: state.keyAt(after), pointer: buf, length: len >>> 0 }),
  };
}

function* version(state: StateAccess, key: string): HostWork<bigint> {
  const info = yield* state.ask('describe', { key });
  return BigInt(info?.version ?? 0);
}

function* compareAndSet(
  state: StateAccess,
  ask: { key: string; version: number; bytes: Uint8Array },
): HostWork<bigint> {
  const made = yield* state.ask('compareAndSet', ask);
  return made === undefined ? CONFLICT : BigInt(made);
}

function* increment(state: StateAccess, ask: { key: string; delta: bigint }): HostWork<bigint> {
  return yield* state.ask('increment', ask);
}

function* remove(state: StateAccess, key: string): HostWork<number> {
  const existed = yield* state.ask('remove', { key });
  state.forget(key);
  return existed ? 1 : 0;
}

function* list(
  state: StateAccess,
  { after, pointer, length }: { after: string; pointer: number; length: number },
): HostWork<number> {
  state.guest.memory.require(pointer, length);
  const keys = yield* state.ask('list', { after: after === '' ? undefined : after, limit: LISTED_MAX });
  const fitting: Uint8Array[] = [];
  let size = 0;
  for (const key of keys) {
    const bytes = utf8(`${key}\0`);
    if (size + bytes.byteLength > length) break;
    size += bytes.byteLength;
    fitting.push(bytes);
  }
  if (keys.length > 0 && fitting.length === 0)
    state.guest.trap(`A buffer of ${length} bytes does not hold the next key`);
  state.guest.memory.write(pointer, concat(fitting));
  return size;
}
