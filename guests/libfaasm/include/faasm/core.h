#ifndef FAASM_CORE_H
#define FAASM_CORE_H

/*
 * What a function asks of Faasm beyond WASI, from C and C++. `faasm build` links libfaasm/src/core.c with it.
 */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The size of the call's input in bytes; 0 if it has none. */
long faasmGetInputSize(void);

/*
 * Copies the input into `buffer`, at most `bufferSize` bytes of it, and returns how many it copied. The bytes are
 * as the caller sent them: they may contain NUL and have no terminator.
 */
long faasmGetInput(void *buffer, long bufferSize);

/*
 * Makes exactly these bytes the call's output. The last use wins. A call that never uses it answers with what it
 * printed to standard output, unless the server has that switched off.
 */
void faasmSetOutput(const void *output, long outputSize);

/*
 * State values: bytes with a key, shared by all functions of a user. A host has one copy of a value, which its functions
 * share; the global copy is that of all hosts. A value's size is fixed by its first use with a size. Keys are strings of at
 * most 256 bytes. What a host refuses ends the call with an error that says why.
 */

/* The size of a value in bytes; 0 if there is none. */
size_t faasmReadStateSize(const char *key);

/* Copies at most `bufferSize` bytes of a value, and returns its size; 0 if there is none. */
size_t faasmReadState(const char *key, uint8_t *buffer, long bufferSize);

/* The value itself, without a copy: all functions of this host see what is written there. Flag what you write as dirty. */
uint8_t *faasmReadStatePtr(const char *key, long totalSize);

/* Copies `size` bytes from `offset` on. Only what is missing on this host is fetched. */
void faasmReadStateOffset(const char *key, long totalSize, long offset, uint8_t *buffer, long size);

/* As faasmReadStatePtr, of a part. */
uint8_t *faasmReadStateOffsetPtr(const char *key, long totalSize, long offset, long size);

/* Overwrites a value, or a part of it, on this host; others see it after a push. */
void faasmWriteState(const char *key, const uint8_t *data, long size);
void faasmWriteStateOffset(const char *key, long totalSize, long offset, const uint8_t *data, long size);

/*
 * The value becomes the bytes of a file of this call, as after faasmWriteState; returns their number. The path begins at the
 * root. A file that is not there ends the call with an error that names it.
 */
size_t faasmWriteStateFromFile(const char *key, const char *path);

/* Marks what was written through a pointer, so that a push sends it. */
void faasmFlagStateDirty(const char *key, long totalSize);
void faasmFlagStateOffsetDirty(const char *key, long totalSize, long offset, long size);

/*
 * Sends what was changed to the global copy: exactly what was written or flagged, or, if nothing was flagged, what differs
 * from the bytes that were last pulled. Both are the same here; with a mask, a value of the same size, only bytes whose
 * byte in the mask is not 0 are sent.
 */
void faasmPushState(const char *key);
void faasmPushStatePartial(const char *key);
void faasmPushStatePartialMask(const char *key, const char *maskKey);

/* Overwrites this host's copy with the global one. */
void faasmPullState(const char *key, long totalSize);

/* The locks of a value on this host, and the one of all hosts. They are released when the call ends. */
void faasmLockStateRead(const char *key);
void faasmUnlockStateRead(const char *key);
void faasmLockStateWrite(const char *key);
void faasmUnlockStateWrite(const char *key);
void faasmLockStateGlobal(const char *key);
void faasmUnlockStateGlobal(const char *key);

/* A log of elements, which only has a global copy: append, read the first `count` one after another, empty. */
void faasmAppendState(const char *key, const uint8_t *data, long size);
void faasmReadAppendedState(const char *key, uint8_t *buffer, long bufferSize, long count);
void faasmClearAppendedState(const char *key);

/*
 * The global copy at once, past this host's: its version, 0 if there is none; the new version, or -1 if it had another than
 * `version`; what adding to a value of 8 bytes came to; whether there was a value to delete.
 */
int64_t faasmStateVersion(const char *key);
int64_t faasmCompareAndSetState(const char *key, int64_t version, const uint8_t *data, long size);
int64_t faasmIncrementState(const char *key, int64_t delta);
int faasmDeleteState(const char *key);

/*
 * The keys of the user's global values after `after` ("" for the first), in the order of their bytes, each with its NUL, as
 * many as fit into the buffer. Returns how many bytes; 0 if there are no more.
 */
long faasmListState(const char *after, char *buffer, long bufferSize);

/*
 * Begins the definition of the function's initialiser, which runs once, before the snapshot that all calls start
 * from: FAASM_ZYGOTE() { table = expensive(); return 0; }. A result other than 0 refuses the function.
 *
 * Link as `faasm build` does, with -Wl,--export=__wasm_call_ctors -nostartfiles and libfaasm/src/start.c: with a second
 * export beside _start, wasm-ld otherwise runs constructors and exit handlers around each of them.
 */
#ifdef __cplusplus
#define FAASM_ZYGOTE()                                                                                       \
    extern "C" __attribute__((export_name("_faasm_zygote"))) int _faasm_zygote(void);                        \
    extern "C" int _faasm_zygote(void)
#else
#define FAASM_ZYGOTE()                                                                                       \
    __attribute__((export_name("_faasm_zygote"))) int _faasm_zygote(void);                                   \
    int _faasm_zygote(void)
#endif

#ifdef __cplusplus
}
#endif

#endif
