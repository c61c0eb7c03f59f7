import type { HostWork } from '@faasm/faaslet';
import type { HostFamily } from '../../host-function.ts';
import { first, type StateAccess, type ValuePart } from './state-access.ts';

/** Reading and writing values, by copies and by pointers. Sizes and offsets are unsigned. */
export function valueCalls(state: StateAccess): HostFamily {
  return {
    /** `int __faasm_read_state(const char *key, uint8_t *buf, long len)`: with `len` 0 only the size; 0 when there is none. */
    __faasm_read_state: (key: number, buf: number, len: number): HostWork<number> =>
      readState(state, { key: state.keyAt(key), pointer: buf >>> 0, length: len >>> 0 }),

    /** `uint8_t *__faasm_read_state_ptr(const char *key, long total)` */
    __faasm_read_state_ptr: (key: number, total: number): HostWork<number> =>
      pointerTo(state, {
        key: state.keyAt(key),
        sizeBytes: total >>> 0,
        range: first(total >>> 0),
        how: 'map',
      }),

    /** `void __faasm_read_state_offset(const char *key, long total, long offset, uint8_t *buf, long len)` */
    __faasm_read_state_offset: (
      ...[key, total, offset, buf, len]: [number, number, number, number, number]
    ) => readPart(state, partOf(state, { key, total, offset, len, how: 'read' }), buf >>> 0),

    /** `uint8_t *__faasm_read_state_offset_ptr(const char *key, long total, long offset, long len)` */
    __faasm_read_state_offset_ptr: (...[key, total, offset, len]: [number, number, number, number]) =>
      pointerTo(state, partOf(state, { key, total, offset, len, how: 'map' })),

    /** `void __faasm_write_state(const char *key, const uint8_t *data, long len)` */
    __faasm_write_state: (key: number, data: number, len: number): HostWork<void> =>
      writePart(state, partOf(state, { key, total: len, offset: 0, len, how: 'overwrite' }), data >>> 0),

    /** `void __faasm_write_state_offset(const char *key, long total, long offset, const uint8_t *data, long len)` */
    __faasm_write_state_offset: (
      ...[key, total, offset, data, len]: [number, number, number, number, number]
    ) => writePart(state, partOf(state, { key, total, offset, len, how: 'overwrite' }), data >>> 0),

    /** `void __faasm_flag_state_dirty(const char *key, long total)` */
    __faasm_flag_state_dirty: (key: number, total: number): HostWork<void> =>
      flagPart(state, partOf(state, { key, total, offset: 0, len: total, how: 'map' })),

    /** `void __faasm_flag_state_offset_dirty(const char *key, long total, long offset, long len)` */
    __faasm_flag_state_offset_dirty: (...[key, total, offset, len]: [number, number, number, number]) =>
      flagPart(state, partOf(state, { key, total, offset, len, how: 'map' })),
  };
}

type SizedPart = ValuePart & { readonly sizeBytes: number };

function partOf(
  state: StateAccess,
  given: { key: number; total: number; offset: number; len: number; how: ValuePart['how'] },
): SizedPart {
  const start = given.offset >>> 0;
  const range = { start, end: start + (given.len >>> 0) };
  return { key: state.keyAt(given.key), sizeBytes: given.total >>> 0, range, how: given.how };
}

function* readState(
  state: StateAccess,
  { key, pointer, length }: { key: string; pointer: number; length: number },
): HostWork<number> {
  if (length === 0) {
    const { sizeBytes } = state.known(key) ?? (yield* state.ask('describe', { key })) ?? { sizeBytes: 0 };
    return sizeBytes;
  }
  state.guest.memory.require(pointer, 1);
  const value = yield* state.find({ key, sizeBytes: undefined, range: first(length), how: 'read' });
  if (value === undefined) return 0;
  yield* state.copyOut(value, 0, { pointer, length: Math.min(length, value.sizeBytes) });
  return value.sizeBytes;
}

function* readPart(state: StateAccess, part: SizedPart, pointer: number): HostWork<void> {
  const { start, end } = part.range;
  state.guest.memory.require(pointer, end - start);
  const value = yield* state.open(part);
  yield* state.copyOut(value, start, { pointer, length: end - start });
}

function* writePart(state: StateAccess, part: SizedPart, pointer: number): HostWork<void> {
  const { start, end } = part.range;
  state.guest.memory.require(pointer, end - start);
  const value = yield* state.open(part);
  yield* state.copyIn(value, start, { pointer, length: end - start });
}

function* pointerTo(state: StateAccess, part: SizedPart): HostWork<number> {
  const value = yield* state.open(part);
  return state.pointerTo(value, part.range);
}

function* flagPart(state: StateAccess, part: SizedPart): HostWork<void> {
  const value = state.known(part.key);
  const { start, end } = part.range;
  if (value?.sizeBytes === part.sizeBytes && end <= value.sizeBytes) {
    value.maps.flag(part.range);
    return;
  }
  const opened = yield* state.open(part);
  opened.maps.flag({ start, end });
}
