/**
 * State values: bytes with a key, shared by all functions of a user. A host has one copy of a value, which its functions
 * share; the global copy is that of all hosts. A value's size is fixed by its first use with a size. Keys have at most 256
 * bytes in UTF-8. What a host refuses ends the call with an error that says why. Sizes and offsets are in bytes.
 */

// @ts-ignore: decorator
@external('env', '__faasm_read_state')
declare function hostReadState(key: usize, buffer: usize, size: usize): usize;
// @ts-ignore: decorator
@external('env', '__faasm_read_state_ptr')
declare function hostReadStatePtr(key: usize, total: usize): usize;
// @ts-ignore: decorator
@external('env', '__faasm_read_state_offset')
declare function hostReadStateOffset(key: usize, total: usize, offset: usize, buffer: usize, size: usize): void;
// @ts-ignore: decorator
@external('env', '__faasm_read_state_offset_ptr')
declare function hostReadStateOffsetPtr(key: usize, total: usize, offset: usize, size: usize): usize;
// @ts-ignore: decorator
@external('env', '__faasm_write_state')
declare function hostWriteState(key: usize, data: usize, size: usize): void;
// @ts-ignore: decorator
@external('env', '__faasm_write_state_offset')
declare function hostWriteStateOffset(key: usize, total: usize, offset: usize, data: usize, size: usize): void;
// @ts-ignore: decorator
@external('env', '__faasm_write_state_from_file')
declare function hostWriteStateFromFile(key: usize, path: usize): usize;
// @ts-ignore: decorator
@external('env', '__faasm_flag_state_dirty')
declare function hostFlagStateDirty(key: usize, total: usize): void;
// @ts-ignore: decorator
@external('env', '__faasm_flag_state_offset_dirty')
declare function hostFlagStateOffsetDirty(key: usize, total: usize, offset: usize, size: usize): void;
// @ts-ignore: decorator
@external('env', '__faasm_push_state')
declare function hostPushState(key: usize): void;
// @ts-ignore: decorator
@external('env', '__faasm_push_state_partial')
declare function hostPushStatePartial(key: usize): void;
// @ts-ignore: decorator
@external('env', '__faasm_push_state_partial_mask')
declare function hostPushStatePartialMask(key: usize, mask: usize): void;
// @ts-ignore: decorator
@external('env', '__faasm_pull_state')
declare function hostPullState(key: usize, total: usize): void;
// @ts-ignore: decorator
@external('env', '__faasm_lock_state_read')
declare function hostLockStateRead(key: usize): void;
// @ts-ignore: decorator
@external('env', '__faasm_unlock_state_read')
declare function hostUnlockStateRead(key: usize): void;
// @ts-ignore: decorator
@external('env', '__faasm_lock_state_write')
declare function hostLockStateWrite(key: usize): void;
// @ts-ignore: decorator
@external('env', '__faasm_unlock_state_write')
declare function hostUnlockStateWrite(key: usize): void;
// @ts-ignore: decorator
@external('env', '__faasm_lock_state_global')
declare function hostLockStateGlobal(key: usize): void;
// @ts-ignore: decorator
@external('env', '__faasm_unlock_state_global')
declare function hostUnlockStateGlobal(key: usize): void;
// @ts-ignore: decorator
@external('env', '__faasm_append_state')
declare function hostAppendState(key: usize, data: usize, size: usize): void;
// @ts-ignore: decorator
@external('env', '__faasm_read_appended_state')
declare function hostReadAppendedState(key: usize, buffer: usize, size: usize, count: usize): void;
// @ts-ignore: decorator
@external('env', '__faasm_clear_appended_state')
declare function hostClearAppendedState(key: usize): void;
// @ts-ignore: decorator
@external('env', '__faasm_state_version')
declare function hostStateVersion(key: usize): i64;
// @ts-ignore: decorator
@external('env', '__faasm_compare_and_set_state')
declare function hostCompareAndSetState(key: usize, version: i64, data: usize, size: usize): i64;
// @ts-ignore: decorator
@external('env', '__faasm_increment_state')
declare function hostIncrementState(key: usize, delta: i64): i64;
// @ts-ignore: decorator
@external('env', '__faasm_delete_state')
declare function hostDeleteState(key: usize): i32;
// @ts-ignore: decorator
@external('env', '__faasm_list_state')
declare function hostListState(after: usize, buffer: usize, size: usize): usize;

/** Room for the keys of one answer of the host. */
const LIST_BYTES: i32 = 65_536;

/** The key that was last used, and its bytes: memory is not collected, so that a loop must not make them anew. */
let lastKey: string = '';
let lastBytes: ArrayBuffer = String.UTF8.encode('', true);

/** Where the bytes of a key are, with a NUL at their end. */
function at(key: string): usize {
  if (key != lastKey) {
    lastKey = key;
    lastBytes = String.UTF8.encode(key, true);
  }
  return changetype<usize>(lastBytes);
}

/** The size of a value; 0 if there is none. */
export function readStateSize(key: string): usize {
  return hostReadState(at(key), 0, 0);
}

/** A copy of a value; empty if there is none. */
export function readState(key: string): ArrayBuffer {
  const bytes = new ArrayBuffer(<i32>readStateSize(key));
  if (bytes.byteLength > 0) readStateInto(key, bytes);
  return bytes;
}

/** Copies as much of a value as the buffer holds; returns the value's size, 0 if there is none. */
export function readStateInto(key: string, buffer: ArrayBuffer): usize {
  return hostReadState(at(key), changetype<usize>(buffer), buffer.byteLength);
}

/**
 * Where the value itself is, until the call ends: all functions of this host see what is stored there. Flag what you store
 * as dirty. Not in `_faasm_zygote`.
 */
export function readStatePtr(key: string, totalSize: usize): usize {
  return hostReadStatePtr(at(key), totalSize);
}

/** Fills the buffer from `offset` on. Only what is missing on this host is fetched. */
export function readStateOffset(key: string, totalSize: usize, offset: usize, buffer: ArrayBuffer): void {
  hostReadStateOffset(at(key), totalSize, offset, changetype<usize>(buffer), buffer.byteLength);
}

/** As `readStatePtr`, of a part. */
export function readStateOffsetPtr(key: string, totalSize: usize, offset: usize, size: usize): usize {
  return hostReadStateOffsetPtr(at(key), totalSize, offset, size);
}

/** Overwrites a value on this host; others see it after a push. */
export function writeState(key: string, data: ArrayBuffer): void {
  hostWriteState(at(key), changetype<usize>(data), data.byteLength);
}

/** Overwrites a part of a value on this host; others see it after a push. */
export function writeStateOffset(key: string, totalSize: usize, offset: usize, data: ArrayBuffer): void {
  hostWriteStateOffset(at(key), totalSize, offset, changetype<usize>(data), data.byteLength);
}

/** The value becomes the bytes of a file of this call, whose path begins at the root; returns their number. */
export function writeStateFromFile(key: string, path: string): usize {
  return hostWriteStateFromFile(at(key), changetype<usize>(String.UTF8.encode(path, true)));
}

/** Marks all of a value that was written through a pointer, so that a push sends it. */
export function flagStateDirty(key: string, totalSize: usize): void {
  hostFlagStateDirty(at(key), totalSize);
}

/** Marks a part that was written through a pointer. */
export function flagStateOffsetDirty(key: string, totalSize: usize, offset: usize, size: usize): void {
  hostFlagStateOffsetDirty(at(key), totalSize, offset, size);
}

/**
 * Sends what was changed to the global copy: exactly what was written or flagged, or, if nothing was flagged, what differs
 * from the bytes that were last pulled.
 */
export function pushState(key: string): void {
  hostPushState(at(key));
}

/** The same: a push never sends what was not changed. */
export function pushStatePartial(key: string): void {
  hostPushStatePartial(at(key));
}

/** Sends only bytes whose byte in the mask, a value of the same size, is not 0. */
export function pushStatePartialMask(key: string, maskKey: string): void {
  const mask = String.UTF8.encode(maskKey, true);
  hostPushStatePartialMask(at(key), changetype<usize>(mask));
}

/** Overwrites this host's copy with the global one. */
export function pullState(key: string, totalSize: usize): void {
  hostPullState(at(key), totalSize);
}

/** Waits for the lock of a value on this host, beside others that read. Locks are released when the call ends. */
export function lockStateRead(key: string): void {
  hostLockStateRead(at(key));
}

export function unlockStateRead(key: string): void {
  hostUnlockStateRead(at(key));
}

/** Waits for the lock of a value on this host, alone. */
export function lockStateWrite(key: string): void {
  hostLockStateWrite(at(key));
}

export function unlockStateWrite(key: string): void {
  hostUnlockStateWrite(at(key));
}

/** Waits for the lock of a value that all hosts have in common. */
export function lockStateGlobal(key: string): void {
  hostLockStateGlobal(at(key));
}

export function unlockStateGlobal(key: string): void {
  hostUnlockStateGlobal(at(key));
}

/** Appends an element to a log, which only has a global copy. */
export function appendState(key: string, data: ArrayBuffer): void {
  hostAppendState(at(key), changetype<usize>(data), data.byteLength);
}

/** Copies the first `count` elements of a log into the buffer, one after another. A buffer that is too small ends the call. */
export function readAppendedState(key: string, buffer: ArrayBuffer, count: usize): void {
  hostReadAppendedState(at(key), changetype<usize>(buffer), buffer.byteLength, count);
}

/** Empties a log. */
export function clearAppendedState(key: string): void {
  hostClearAppendedState(at(key));
}

/** The version of the global copy; 0 if there is none. */
export function stateVersion(key: string): i64 {
  return hostStateVersion(at(key));
}

/** Makes these bytes the global copy if it has this version, 0 for none: the new version, or -1. */
export function compareAndSetState(key: string, version: i64, data: ArrayBuffer): i64 {
  return hostCompareAndSetState(at(key), version, changetype<usize>(data), data.byteLength);
}

/** Adds to a global copy of 8 bytes; returns what it came to. */
export function incrementState(key: string, delta: i64): i64 {
  return hostIncrementState(at(key), delta);
}

/** Deletes a value; whether there was one. */
export function deleteState(key: string): bool {
  return hostDeleteState(at(key)) != 0;
}

/** Keys of the user's global values after `after`, `''` for the first, in the order of their bytes; empty if there are no more. */
export function listState(after: string): string[] {
  const buffer = new ArrayBuffer(LIST_BYTES);
  const size = hostListState(at(after), changetype<usize>(buffer), LIST_BYTES);
  const keys: string[] = [];
  let start = changetype<usize>(buffer);
  const end = start + size;
  for (let byte = start; byte < end; byte++) {
    if (load<u8>(byte) != 0) continue;
    keys.push(String.UTF8.decodeUnsafe(start, byte - start));
    start = byte + 1;
  }
  return keys;
}
