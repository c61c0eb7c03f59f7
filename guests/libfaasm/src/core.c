#include "faasm/core.h"

#define FAASM_IMPORT(name) __attribute__((import_module("env"), import_name(#name)))

FAASM_IMPORT(__faasm_read_input) int __faasm_read_input(void *buffer, int bufferSize);
FAASM_IMPORT(__faasm_write_output) void __faasm_write_output(const void *output, int outputSize);
FAASM_IMPORT(__faasm_read_state) int __faasm_read_state(const char *key, uint8_t *buffer, int size);
FAASM_IMPORT(__faasm_read_state_ptr) uint8_t * __faasm_read_state_ptr(const char *key, int total);
FAASM_IMPORT(__faasm_read_state_offset) void __faasm_read_state_offset(const char *key, int total, int offset, uint8_t *buffer, int size);
FAASM_IMPORT(__faasm_read_state_offset_ptr) uint8_t * __faasm_read_state_offset_ptr(const char *key, int total, int offset, int size);
FAASM_IMPORT(__faasm_write_state) void __faasm_write_state(const char *key, const uint8_t *data, int size);
FAASM_IMPORT(__faasm_write_state_offset) void __faasm_write_state_offset(const char *key, int total, int offset, const uint8_t *data, int size);
FAASM_IMPORT(__faasm_write_state_from_file) uint32_t __faasm_write_state_from_file(const char *key, const char *path);
FAASM_IMPORT(__faasm_flag_state_dirty) void __faasm_flag_state_dirty(const char *key, int total);
FAASM_IMPORT(__faasm_flag_state_offset_dirty) void __faasm_flag_state_offset_dirty(const char *key, int total, int offset, int size);
FAASM_IMPORT(__faasm_push_state) void __faasm_push_state(const char *key);
FAASM_IMPORT(__faasm_push_state_partial) void __faasm_push_state_partial(const char *key);
FAASM_IMPORT(__faasm_push_state_partial_mask) void __faasm_push_state_partial_mask(const char *key, const char *mask);
FAASM_IMPORT(__faasm_pull_state) void __faasm_pull_state(const char *key, int total);
FAASM_IMPORT(__faasm_lock_state_read) void __faasm_lock_state_read(const char *key);
FAASM_IMPORT(__faasm_unlock_state_read) void __faasm_unlock_state_read(const char *key);
FAASM_IMPORT(__faasm_lock_state_write) void __faasm_lock_state_write(const char *key);
FAASM_IMPORT(__faasm_unlock_state_write) void __faasm_unlock_state_write(const char *key);
FAASM_IMPORT(__faasm_lock_state_global) void __faasm_lock_state_global(const char *key);
FAASM_IMPORT(__faasm_unlock_state_global) void __faasm_unlock_state_global(const char *key);
FAASM_IMPORT(__faasm_append_state) void __faasm_append_state(const char *key, const uint8_t *data, int size);
FAASM_IMPORT(__faasm_read_appended_state) void __faasm_read_appended_state(const char *key, uint8_t *buffer, int size, int count);
FAASM_IMPORT(__faasm_clear_appended_state) void __faasm_clear_appended_state(const char *key);
FAASM_IMPORT(__faasm_state_version) int64_t __faasm_state_version(const char *key);
FAASM_IMPORT(__faasm_compare_and_set_state) int64_t __faasm_compare_and_set_state(const char *key, int64_t version, const uint8_t *data, int size);
FAASM_IMPORT(__faasm_increment_state) int64_t __faasm_increment_state(const char *key, int64_t delta);
FAASM_IMPORT(__faasm_delete_state) int __faasm_delete_state(const char *key);
FAASM_IMPORT(__faasm_list_state) int __faasm_list_state(const char *after, char *buffer, int size);

long faasmGetInputSize(void) {
    /* A size of 0 asks for the input's size instead of its bytes. */
    return __faasm_read_input(0, 0);
}

long faasmGetInput(void *buffer, long bufferSize) {
    if (bufferSize <= 0) return 0;
    return __faasm_read_input(buffer, bufferSize);
}

void faasmSetOutput(const void *output, long outputSize) {
    __faasm_write_output(output, outputSize);
}

size_t faasmReadStateSize(const char *key) {
    return (size_t)__faasm_read_state(key, 0, 0);
}

size_t faasmReadState(const char *key, uint8_t *buffer, long bufferSize) {
    if (bufferSize <= 0) return faasmReadStateSize(key);
    return (size_t)__faasm_read_state(key, buffer, bufferSize);
}

uint8_t *faasmReadStatePtr(const char *key, long totalSize) {
    return __faasm_read_state_ptr(key, totalSize);
}

void faasmReadStateOffset(const char *key, long totalSize, long offset, uint8_t *buffer, long size) {
    __faasm_read_state_offset(key, totalSize, offset, buffer, size);
}

uint8_t *faasmReadStateOffsetPtr(const char *key, long totalSize, long offset, long size) {
    return __faasm_read_state_offset_ptr(key, totalSize, offset, size);
}

void faasmWriteState(const char *key, const uint8_t *data, long size) {
    __faasm_write_state(key, data, size);
}

void faasmWriteStateOffset(const char *key, long totalSize, long offset, const uint8_t *data, long size) {
    __faasm_write_state_offset(key, totalSize, offset, data, size);
}

size_t faasmWriteStateFromFile(const char *key, const char *path) {
    return __faasm_write_state_from_file(key, path);
}

void faasmFlagStateDirty(const char *key, long totalSize) {
    __faasm_flag_state_dirty(key, totalSize);
}

void faasmFlagStateOffsetDirty(const char *key, long totalSize, long offset, long size) {
    __faasm_flag_state_offset_dirty(key, totalSize, offset, size);
}

void faasmPushState(const char *key) {
    __faasm_push_state(key);
}

void faasmPushStatePartial(const char *key) {
    __faasm_push_state_partial(key);
}

void faasmPushStatePartialMask(const char *key, const char *maskKey) {
    __faasm_push_state_partial_mask(key, maskKey);
}

void faasmPullState(const char *key, long totalSize) {
    __faasm_pull_state(key, totalSize);
}

void faasmLockStateRead(const char *key) {
    __faasm_lock_state_read(key);
}

void faasmUnlockStateRead(const char *key) {
    __faasm_unlock_state_read(key);
}

void faasmLockStateWrite(const char *key) {
    __faasm_lock_state_write(key);
}

void faasmUnlockStateWrite(const char *key) {
    __faasm_unlock_state_write(key);
}

void faasmLockStateGlobal(const char *key) {
    __faasm_lock_state_global(key);
}

void faasmUnlockStateGlobal(const char *key) {
    __faasm_unlock_state_global(key);
}

void faasmAppendState(const char *key, const uint8_t *data, long size) {
    __faasm_append_state(key, data, size);
}

void faasmReadAppendedState(const char *key, uint8_t *buffer, long bufferSize, long count) {
    __faasm_read_appended_state(key, buffer, bufferSize, count);
}

void faasmClearAppendedState(const char *key) {
    __faasm_clear_appended_state(key);
}

int64_t faasmStateVersion(const char *key) {
    return __faasm_state_version(key);
}

int64_t faasmCompareAndSetState(const char *key, int64_t version, const uint8_t *data, long size) {
    return __faasm_compare_and_set_state(key, version, data, size);
}

int64_t faasmIncrementState(const char *key, int64_t delta) {
    return __faasm_increment_state(key, delta);
}

int faasmDeleteState(const char *key) {
    return __faasm_delete_state(key);
}

long faasmListState(const char *after, char *buffer, long bufferSize) {
    return __faasm_list_state(after, buffer, bufferSize);
}
