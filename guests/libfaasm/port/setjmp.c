/* What clang 19 calls in place of setjmp and longjmp: the names, their arguments and the tag are the compiler's. */
#include "setjmp.h"

/* The number that the compiler gives to the exception of longjmp. */
#define LONGJMP_TAG 1

typedef __typeof__(*(jmp_buf *)0) buffer;

void __wasm_setjmp(buffer env, unsigned label, void *frame) {
  env[0].frame = frame;
  env[0].label = label;
}

/* Which setjmp of `frame` a longjmp is for; 0 for none of them. */
unsigned __wasm_setjmp_test(buffer env, void *frame) { return env[0].frame == frame ? env[0].label : 0; }

_Noreturn void __wasm_longjmp(buffer env, int value) {
  env[0].thrown.env = env;
  env[0].thrown.value = value == 0 ? 1 : value;
  __builtin_wasm_throw(LONGJMP_TAG, &env[0].thrown);
}
