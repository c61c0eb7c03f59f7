#ifndef FAASM_CORE_H
#define FAASM_CORE_H

/*
 * What a function asks of Faasm beyond WASI, from C and C++. `faasm build` links libfaasm/src/core.c with it.
 */

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
