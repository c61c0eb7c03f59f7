// What the programs of this folder check host calls with. Each check that holds prints its line, which begins with the call.
#pragma once
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wasi/api.h>

static inline void expect(const char *call, long got, long wanted) {
  printf("%s\n", call);
  if (got == wanted) return;
  fflush(stdout);
  fprintf(stderr, "%s is %ld, not %ld\n", call, got, wanted);
  exit(1);
}

#define IS(call, wanted) expect(#call, (long)(call), (long)(wanted))
#define OK(call) IS(call, __WASI_ERRNO_SUCCESS)
#define FAILS(call, name) IS(call, __WASI_ERRNO_##name)
