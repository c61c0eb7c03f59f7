#include "posix.h"
#include <errno.h>
#include <stdlib.h>

/* How many names tmpnam tries. */
#define TRIES 100

/* The host has these; Debian's C library does not ask it. */
#define HOST(type, name) type host_##name(void) __attribute__((__import_module__("env"), __import_name__(#name)))

HOST(uid_t, getuid);
HOST(uid_t, geteuid);

uid_t getuid(void) { return host_getuid(); }
uid_t geteuid(void) { return host_geteuid(); }

static int is_open(int fd) {
  struct stat facts;
  return fstat(fd, &facts);
}

int fchmod(int fd, mode_t mode) {
  (void)mode;
  return is_open(fd);
}

int fchown(int fd, uid_t owner, gid_t group) {
  (void)owner;
  (void)group;
  return is_open(fd);
}

/* Each call has a /tmp of its own, so counting is enough. */
char *tmpnam(char *name) {
  static char own[L_tmpnam];
  static unsigned last;
  char *result = name == NULL ? own : name;
  for (int i = 0; i < TRIES; i++) {
    snprintf(result, L_tmpnam, "/tmp/%u", ++last);
    if (access(result, F_OK) != 0) return result;
  }
  return NULL;
}

FILE *tmpfile(void) {
  char name[L_tmpnam];
  if (tmpnam(name) == NULL) return NULL;
  FILE *file = fopen(name, "wx+b");
  if (file != NULL) unlink(name);
  return file;
}

/* There is no shell: 0 says so to who asks by a null pointer. */
int system(const char *command) {
  if (command == NULL) return 0;
  errno = ENOSYS;
  return -1;
}
