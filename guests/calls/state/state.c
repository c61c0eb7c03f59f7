// The calls of state, right and right again: each check says what it is about. Takes no input; exit code 0.
#include "../expect.h"
#include <faasm/core.h>
#include <stdint.h>

#define CHUNK 65536

// A check whose line begins with the name of the call that it is about.
#define SHOWS(call, got, wanted) expect(#call, (long)(got), (long)(wanted))

static uint8_t buffer[4 * CHUNK];

static void copies(void) {
  const uint8_t data[] = {1, 2, 3, 4, 5, 6, 7, 8};
  SHOWS(read_state, faasmReadStateSize("none"), 0);
  SHOWS(read_state, faasmReadState("none", buffer, 8), 0);
  faasmWriteState("copies", data, sizeof data);
  SHOWS(write_state, faasmReadStateSize("copies"), 8);
  SHOWS(read_state, faasmReadState("copies", buffer, 8), 8);
  SHOWS(write_state, memcmp(buffer, data, 8), 0);
  memset(buffer, 0xee, 16);
  SHOWS(read_state, faasmReadState("copies", buffer, 3), 8);
  SHOWS(read_state, buffer[2] == 3 && buffer[3] == 0xee, 1);
  SHOWS(read_state, faasmReadState("copies", buffer, 16), 8);
  SHOWS(read_state, buffer[7] == 8 && buffer[8] == 0xee, 1);
  // Only on this host, until it is pushed.
  SHOWS(state_version, faasmStateVersion("copies"), 0);
  faasmPushState("copies");
  SHOWS(push_state, faasmStateVersion("copies") > 0, 1);
  int64_t version = faasmStateVersion("copies");
  faasmPushState("copies");
  SHOWS(push_state, faasmStateVersion("copies") - version, 0);
  const uint8_t part[] = {77, 78};
  faasmWriteStateOffset("copies", 8, 6, part, 2);
  faasmReadStateOffset("copies", 8, 5, buffer, 3);
  SHOWS(write_state_offset, buffer[0] == 6 && buffer[1] == 77 && buffer[2] == 78, 1);
  SHOWS(read_state_offset, buffer[3], 4);
  faasmPushStatePartial("copies");
  SHOWS(push_state_partial, faasmStateVersion("copies") > version, 1);
}

static void pulls(void) {
  uint8_t data[4] = {9, 9, 9, 9};
  faasmWriteState("pulls", data, 4);
  faasmPushState("pulls");
  data[0] = 1;
  faasmWriteState("pulls", data, 4);
  faasmPullState("pulls", 4);
  faasmReadState("pulls", buffer, 4);
  SHOWS(pull_state, buffer[0], 9);
}

static void pointers(void) {
  const long total = 3 * CHUNK + 10;
  uint8_t *all = faasmReadStatePtr("pointers", total);
  SHOWS(read_state_ptr, faasmReadStatePtr("pointers", total) == all, 1);
  SHOWS(read_state_ptr, (uintptr_t)all >= __builtin_wasm_memory_size(0) * CHUNK, 1);
  SHOWS(read_state_ptr, all[0] == 0 && all[total - 1] == 0, 1);
  SHOWS(read_state_offset_ptr, faasmReadStateOffsetPtr("pointers", total, CHUNK + 3, 5) == all + CHUNK + 3, 1);
  all[CHUNK + 3] = 42;
  faasmReadStateOffset("pointers", total, CHUNK + 3, buffer, 1);
  SHOWS(read_state_offset, buffer[0], 42);
  // What comes by a copy is seen through the pointer, and the other way round.
  const uint8_t one = 43;
  faasmWriteStateOffset("pointers", total, total - 1, &one, 1);
  SHOWS(write_state_offset, all[total - 1], 43);
  faasmFlagStateOffsetDirty("pointers", total, CHUNK + 3, 1);
  faasmPushState("pointers");
  all[CHUNK + 3] = 0;
  all[total - 1] = 0;
  faasmPullState("pointers", total);
  SHOWS(flag_state_offset_dirty, all[CHUNK + 3], 42);
  SHOWS(pull_state, all[total - 1], 43);
  // Not flagged, so what differs from what was pulled is sent.
  all[5] = 7;
  faasmPushState("pointers");
  all[5] = 0;
  faasmPullState("pointers", total);
  SHOWS(push_state, all[5], 7);
  // Flagged: nothing else is sent.
  all[6] = 8;
  all[7] = 9;
  faasmFlagStateOffsetDirty("pointers", total, 6, 1);
  faasmPushStatePartial("pointers");
  faasmPullState("pointers", total);
  SHOWS(push_state_partial, all[6] == 8 && all[7] == 0, 1);
  memset(all, 5, total);
  faasmFlagStateDirty("pointers", total);
  faasmPushState("pointers");
  memset(all, 6, total);
  faasmPullState("pointers", total);
  SHOWS(flag_state_dirty, all[0] == 5 && all[total - 1] == 5, 1);
  memcpy(buffer, all + 10, 2 * CHUNK);
  SHOWS(read_state_ptr, buffer[2 * CHUNK - 1], 5);
}

static void ranged(void) {
  const long total = 4 * CHUNK;
  uint8_t *part = faasmReadStateOffsetPtr("ranged", total, 2 * CHUNK + 1, 10);
  part[0] = 11;
  SHOWS(read_state_offset_ptr, faasmReadStateOffsetPtr("ranged", total, 2 * CHUNK, 2) == part - 1, 1);
  uint8_t *all = faasmReadStatePtr("ranged", total);
  SHOWS(read_state_ptr, all[2 * CHUNK + 1], 11);
}

static void masks(void) {
  const uint8_t before[] = {1, 1, 1, 1}, after[] = {2, 2, 2, 2}, mask[] = {0, 1, 0, 255};
  faasmWriteState("masked", before, 4);
  faasmPushState("masked");
  faasmWriteState("masked", after, 4);
  faasmWriteState("mask", mask, 4);
  faasmPushStatePartialMask("masked", "mask");
  faasmPullState("masked", 4);
  faasmReadState("masked", buffer, 4);
  SHOWS(push_state_partial_mask, memcmp(buffer, (uint8_t[]){1, 2, 1, 2}, 4), 0);
}

static void logs(void) {
  faasmAppendState("log", (const uint8_t *)"one", 3);
  faasmAppendState("log", (const uint8_t *)"three", 5);
  faasmReadAppendedState("log", buffer, sizeof buffer, 1);
  SHOWS(append_state, memcmp(buffer, "one", 3), 0);
  faasmReadAppendedState("log", buffer, sizeof buffer, 9);
  SHOWS(read_appended_state, memcmp(buffer, "onethree", 8), 0);
  SHOWS(append_state, faasmReadStateSize("log"), 0);
  faasmClearAppendedState("log");
  memset(buffer, 0, 8);
  faasmReadAppendedState("log", buffer, sizeof buffer, 9);
  SHOWS(clear_appended_state, buffer[0], 0);
}

static void files(void) {
  memset(buffer, 7, sizeof buffer);
  FILE *file = fopen("/large", "w");
  SHOWS(write_state_from_file, fwrite(buffer, 1, 2 * CHUNK + 5, file), 2 * CHUNK + 5);
  fclose(file);
  SHOWS(write_state_from_file, faasmWriteStateFromFile("file", "/large"), 2 * CHUNK + 5);
  memset(buffer, 0, sizeof buffer);
  SHOWS(write_state_from_file, faasmReadState("file", buffer, sizeof buffer), 2 * CHUNK + 5);
  SHOWS(write_state_from_file, buffer[0] + buffer[2 * CHUNK + 4] + buffer[2 * CHUNK + 5], 14);
  faasmPushState("file");
  faasmPullState("file", 2 * CHUNK + 5);
  faasmReadStateOffset("file", 2 * CHUNK + 5, 2 * CHUNK, buffer, 5);
  SHOWS(write_state_from_file, buffer[4], 7);
  faasmDeleteState("file");
}

static void locks(void) {
  faasmLockStateRead("locked");
  faasmUnlockStateRead("locked");
  SHOWS(lock_state_read, 1, 1);
  SHOWS(unlock_state_read, 1, 1);
  faasmLockStateWrite("locked");
  faasmUnlockStateWrite("locked");
  SHOWS(lock_state_write, 1, 1);
  SHOWS(unlock_state_write, 1, 1);
  faasmLockStateGlobal("locked");
  const uint8_t byte = 1;
  faasmWriteState("locked", &byte, 1);
  faasmPushState("locked");
  SHOWS(lock_state_global, faasmStateVersion("locked") > 0, 1);
  faasmUnlockStateGlobal("locked");
  faasmLockStateGlobal("locked");
  SHOWS(unlock_state_global, 1, 1);
}

static void keys(void) {
  int64_t first = faasmCompareAndSetState("set", 0, (const uint8_t *)"ab", 2);
  SHOWS(compare_and_set_state, first > 0, 1);
  SHOWS(compare_and_set_state, faasmCompareAndSetState("set", 0, (const uint8_t *)"cd", 2), -1);
  SHOWS(compare_and_set_state, faasmCompareAndSetState("set", first, (const uint8_t *)"ef", 2) > first, 1);
  faasmReadState("set", buffer, 2);
  SHOWS(compare_and_set_state, memcmp(buffer, "ef", 2), 0);
  SHOWS(increment_state, faasmIncrementState("count", 5), 5);
  SHOWS(increment_state, faasmIncrementState("count", -7), -2);
  char names[64];
  long size = faasmListState("", names, sizeof names);
  SHOWS(list_state, size > 0 && strcmp(names, "copies") == 0, 1);
  size = faasmListState("pointers", names, sizeof names);
  SHOWS(list_state, size, 10);
  SHOWS(list_state, memcmp(names, "pulls\0set\0", 10), 0);
  SHOWS(list_state, faasmListState("set", names, sizeof names), 0);
  SHOWS(delete_state, faasmDeleteState("set"), 1);
  SHOWS(delete_state, faasmDeleteState("set"), 0);
  SHOWS(delete_state, faasmReadStateSize("set"), 0);
}

int main(void) {
  copies();
  pulls();
  pointers();
  ranged();
  masks();
  logs();
  files();
  locks();
  keys();
  return 0;
}
