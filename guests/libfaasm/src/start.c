/*
 * The entry of a function in C or C++. The linker's own runs constructors and exit handlers around every export; Faasm
 * runs constructors once, before the snapshot, so that they are exported and the entry is left with the end: exit()
 * writes what the program printed and calls what atexit() was given.
 */
#include <stdlib.h>

#ifdef __cplusplus
#define C_NAME extern "C"
#else
#define C_NAME extern
#endif

/* What clang and the C library make of main, with or without arguments. */
C_NAME int __main_void(void);

C_NAME __attribute__((export_name("_start"))) void _start(void);

void _start(void) {
    exit(__main_void());
}
