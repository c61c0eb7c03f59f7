import type { HostWork } from '@faasm/faaslet';
import { ELEMENT_BYTES_MAX } from '@faasm/state';
import { concat } from '@faasm/stdx';
import type { HostFamily } from '../../host-function.ts';
import type { StateAccess } from './state-access.ts';

/** Logs of appended elements, which only the global tier has. */
export function logCalls(state: StateAccess): HostFamily {
  return {
    /** `void __faasm_append_state(const char *key, const uint8_t *data, long len)` */
    __faasm_append_state: (key: number, data: number, len: number): HostWork<void> =>
      append(state, { key: state.keyAt(key), element: elementAt(state, data, len >>> 0) }),

    /** `void __faasm_read_appended_state(const char *key, uint8_t *buf, long len, long n)`: the first `n`, one after another. */
    __faasm_read_appended_state: (...[key, buf, len, n]: [number, number, number, number]): HostWork<void> =>
      readAppended(state, {
        key: state.keyAt(key),
        buffer: { pointer: buf, length: len >>> 0 },
        count: n >>> 0,
      }),

    /** `void __faasm_clear_appended_state(const char *key)` */
    __faasm_clear_appended_state: (key: number): HostWork<void> => clear(state, state.keyAt(key)),
  };
}

function elementAt(state: StateAccess, pointer: number, length: number): Uint8Array {
  if (length > ELEMENT_BYTES_MAX)
    state.guest.trap(`An element of ${length} bytes is over the limit of ${ELEMENT_BYTES_MAX} bytes`);
  return state.guest.memory.read(pointer, length);
}

function* append(state: StateAccess, ask: { key: string; element: Uint8Array }): HostWork<void> {
  yield* state.ask('append', ask);
}

function* readAppended(
  state: StateAccess,
  { key, buffer, count }: { key: string; buffer: { pointer: number; length: number }; count: number },
): HostWork<void> {
  state.guest.memory.require(buffer.pointer, buffer.length);
  const elements = yield* state.ask('readAppended', { key, count, bytesMax: buffer.length });
  state.guest.memory.write(buffer.pointer, concat(elements));
}

function* clear(state: StateAccess, key: string): HostWork<void> {
  yield* state.ask('clearAppended', { key });
}
