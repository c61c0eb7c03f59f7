/* What libfaasm/port adds to the C library, right and wrong. Prints `held` at its end. */
#include <errno.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#define IS(actual, expected)                                                                                     \
  if ((actual) != (expected)) {                                                                                  \
    printf("line %d: " #actual " is not " #expected "\n", __LINE__);                                             \
    exit(1);                                                                                                     \
  }

static jmp_buf outer, inner;

static void climb(int depth, int value) {
  if (depth > 0) climb(depth - 1, value);
  else longjmp(value > 10 ? outer : inner, value);
}

static int caught(int value) {
  volatile int kept = 1;
  int result = setjmp(inner);
  if (result != 0) return result + kept;
  kept = 100;
  climb(50, value);
  return -1;
}

static void jumps(void) {
  IS(caught(3), 103);
  IS(caught(0), 101); /* setjmp never returns 0 twice */
  volatile int round = 0;
  int result = setjmp(outer);
  if (result != 0) IS(result, 10 + round);
  if (++round <= 3) caught(10 + round);
  IS(round, 4);
}

static void files(void) {
  char first[L_tmpnam], text[6] = "";
  IS(tmpnam(first), first);
  IS(strncmp(first, "/tmp/", 5), 0);
  IS(strcmp(first, tmpnam(NULL)) != 0, 1);
  FILE *file = tmpfile();
  IS(file != NULL, 1);
  IS(fputs("hello", file) >= 0, 1);
  rewind(file);
  IS(fgets(text, sizeof text, file), text);
  IS(strcmp(text, "hello"), 0);
  IS(fchmod(fileno(file), 0600), 0);
  IS(fchown(fileno(file), geteuid(), 1000), 0);
  IS(fclose(file), 0);
  IS(fchmod(99, 0600), -1);
  IS(errno, EBADF);
  IS(fchown(99, 1000, 1000), -1);
  struct flock lock = {.l_type = F_WRLCK};
  IS(fcntl(1, F_SETLK, &lock), -1);
  IS(errno, EINVAL);
}

int main(void) {
  jumps();
  files();
  IS(getuid(), 1000);
  IS(geteuid(), 1000);
  IS(system(NULL), 0);
  IS(system("true"), -1);
  IS(errno, ENOSYS);
  puts("held");
  return 0;
}
