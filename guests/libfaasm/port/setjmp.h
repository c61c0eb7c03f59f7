#pragma once
/*
 * setjmp and longjmp for clang 19, whose C library in Debian has neither. Compile with
 * `-mllvm -wasm-enable-sjlj`, and setjmp.c with `-fwasm-exceptions` beside it. Emscripten has its own.
 */
#ifdef __cplusplus
extern "C" {
#endif

/* What the compiler keeps of a setjmp, and what longjmp throws to it. */
typedef struct {
  void *frame;
  unsigned label;
  struct {
    void *env;
    int value;
  } thrown;
} jmp_buf[1];

/* There are no signals whose mask could be kept. */
typedef jmp_buf sigjmp_buf;

int setjmp(jmp_buf) __attribute__((__returns_twice__));
_Noreturn void longjmp(jmp_buf, int);

#define _setjmp setjmp
#define _longjmp longjmp

#ifdef __cplusplus
}
#endif
