// The calls of POSIX that the host has beside WASI, right and wrong. Takes no input; exit code 9.
#include "../expect.h"
#include <stdint.h>

#define HOST(type, name, ...) \
  type host_##name(__VA_ARGS__) __attribute__((__import_module__("env"), __import_name__(#name)))

HOST(char *, mmap, void *, size_t, int, int, int, int64_t);
HOST(int, munmap, void *, size_t);
HOST(char *, __sbrk, intptr_t);
HOST(int, getpid, void);
HOST(int, gettid, void);
HOST(int, getuid, void);
HOST(int, geteuid, void);
HOST(int, getgid, void);
HOST(int, getegid, void);
HOST(int, uname, char *);
HOST(int, gethostname, char *, size_t);
HOST(int, getrlimit, int, uint64_t *);
HOST(size_t, confstr, int, char *, size_t);
HOST(int, __wasi_fd_dup, int, int *);
HOST(int, dup, int);
HOST(int, ioctl, int, int, int);
HOST(int, signal, int, int);
HOST(int, waitpid, int, int *, int);
HOST(void, exit, int);
HOST(int, puts, const char *);
HOST(int, putc, int, void *);

#define PAGE 65536
#define ANONYMOUS 0x22
#define PRIVATE 2
#define FIXED 0x10
#define SHARED 1
#define FAILED ((void *)-1)

static void memory(void) {
  size_t size = __builtin_wasm_memory_size(0) * PAGE;
  IS(host___sbrk(0), size);
  IS(host___sbrk(1), size);
  IS(__builtin_wasm_memory_size(0) * PAGE, size + PAGE);
  IS(host___sbrk(-1), -1);
  char *fresh = host_mmap(0, PAGE + 1, 3, ANONYMOUS, -1, 0);
  IS(fresh, size + PAGE);
  IS(__builtin_wasm_memory_size(0) * PAGE, size + 3 * PAGE);
  int zeros = 1;
  for (int i = 0; i < 2 * PAGE; i++) zeros &= fresh[i] == 0;
  IS(zeros, 1);
  memset(fresh, 7, 2 * PAGE);
  IS(__builtin_wasm_memory_grow(0, 1), (size + 3 * PAGE) / PAGE);
  IS(host_munmap(fresh, PAGE + 1), 0);
  IS(host_munmap(fresh + 1, PAGE), -1);
  IS(host_munmap(fresh, -1), -1);
  IS(host_mmap(0, 0, 3, ANONYMOUS, -1, 0), FAILED);
  IS(host_mmap(fresh, PAGE, 3, ANONYMOUS | FIXED, -1, 0), FAILED);
  IS(host_mmap(0, 0x7fffffff, 3, ANONYMOUS, -1, 0), FAILED);
}

static void file(void) {
  __wasi_fd_t fd;
  OK(__wasi_path_open(3, 0, "etc/hosts", 0, __WASI_RIGHTS_FD_READ, 0, 0, &fd));
  char *copy = host_mmap(0, 100, 1, PRIVATE, fd, 0);
  IS(memcmp(copy, "127.0.0.1\tlocalhost\n", 21), 0);
  copy = host_mmap(0, 100, 1, SHARED, fd, 10);
  IS(strcmp(copy, "localhost\n"), 0);
  IS(host_mmap(0, 100, 2, SHARED, fd, 0), FAILED);
  IS(host_mmap(0, 100, 1, PRIVATE, fd, -1), FAILED);
  IS(host_mmap(0, 100, 1, PRIVATE, 3, 0), FAILED);
  IS(host_mmap(0, 100, 1, PRIVATE, 40, 0), FAILED);
  int second = host_dup(fd), third = -1;
  IS(second, fd + 1);
  OK(host___wasi_fd_dup(fd, &third));
  IS(third, fd + 2);
  FAILS(host___wasi_fd_dup(40, &third), BADF);
  IS(host_dup(40), -1);
  OK(__wasi_fd_close(fd));
  uint8_t byte;
  __wasi_iovec_t in = {&byte, 1};
  __wasi_size_t read;
  OK(__wasi_fd_read(second, &in, 1, &read));
  OK(__wasi_fd_read(third, &in, 1, &read));
  IS(byte, '2');
  IS(host_ioctl(second, 0x5413, 0), 0);
  IS(host_ioctl(40, 0x5413, 0), -1);
}

static void identity(void) {
  char name[6 * 65];
  uint64_t limit[2];
  IS(host_getpid(), 23);
  IS(host_gettid(), 66);
  IS(host_getuid(), 1000);
  IS(host_geteuid(), 1000);
  IS(host_getgid(), 1000);
  IS(host_getegid(), 1000);
  IS(host_uname(name), 0);
  IS(strcmp(name, "wasi") | strcmp(name + 65, "faasm") | strcmp(name + 130, "0.0.0"), 0);
  IS(strcmp(name + 260, "wasm32"), 0);
  IS(host_gethostname(name, 6), 0);
  IS(strcmp(name, "faasm"), 0);
  IS(host_gethostname(name, 5), -1);
  IS(host_getrlimit(7, limit), 0);
  IS(limit[0], 64);
  IS(host_getrlimit(0, limit), 0);
  IS(limit[1] == UINT64_MAX, 1);
  IS(host_getrlimit(16, limit), -1);
  IS(host_confstr(0, 0, 0), 14);
  IS(host_confstr(0, name, 5), 14);
  IS(strcmp(name, "/bin"), 0);
  IS(host_confstr(1, name, 5), 0);
}

int main(void) {
  int status;
  memory();
  file();
  identity();
  IS(host_signal(2, 0), 0);
  IS(host_waitpid(-1, &status, 0), -1);
  fflush(stdout);
  host_puts("host_puts(a line)");
  host_putc('h', stdout);
  host_puts("ost_putc(a character)");
  host_puts("host_exit(9)");
  host_exit(9);
}
