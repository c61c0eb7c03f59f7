// Every call of WASI preview 1 that has nothing to do with paths, right and wrong. Takes the input "input", the arguments
// "program" and "one", and the variable "A=b"; exit code 7.
#include "../expect.h"

__wasi_errno_t __wasi_proc_raise(int signal) __attribute__((__import_module__("wasi_snapshot_preview1"), __import_name__("proc_raise")));

static void lists(void) {
  __wasi_size_t count = 0, size = 0;
  uint8_t *pointers[2], strings[16];
  OK(__wasi_args_sizes_get(&count, &size));
  IS(count, 2);
  IS(size, 12);
  OK(__wasi_args_get(pointers, strings));
  IS(strcmp((char *)pointers[1], "one"), 0);
  OK(__wasi_environ_sizes_get(&count, &size));
  IS(count, 1);
  OK(__wasi_environ_get(pointers, strings));
  IS(strcmp((char *)pointers[0], "A=b"), 0);
}

static void clocks_and_random(void) {
  __wasi_timestamp_t resolution = 0, first = 0, second = 0;
  uint8_t bytes[64] = {0};
  OK(__wasi_clock_res_get(__WASI_CLOCKID_MONOTONIC, &resolution));
  IS(resolution > 0, 1);
  FAILS(__wasi_clock_res_get(9, &resolution), INVAL);
  OK(__wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 0, &first));
  OK(__wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 0, &second));
  IS(second >= first, 1);
  OK(__wasi_clock_time_get(__WASI_CLOCKID_REALTIME, 0, &second));
  IS(second > 1000000000000000000, 1);
  FAILS(__wasi_clock_time_get(9, 0, &first), INVAL);
  for (__wasi_clockid_t id = __WASI_CLOCKID_PROCESS_CPUTIME_ID; id <= __WASI_CLOCKID_THREAD_CPUTIME_ID; id++) {
    OK(__wasi_clock_res_get(id, &resolution));
    IS(resolution, 1000);
    OK(__wasi_clock_time_get(id, 0, &first));
    OK(__wasi_clock_time_get(id, 0, &second));
    IS(second >= first && second > 0, 1);
    // The time of this call alone.
    IS(second < 60000000000, 1);
  }
  OK(__wasi_random_get(bytes, sizeof bytes));
  int zeros = 0;
  for (int i = 0; i < 64; i++) zeros += bytes[i] == 0;
  IS(zeros < 32, 1);
}

static void events(void) {
  __wasi_subscription_t asked[3] = {
      {.userdata = 1, .u = {.tag = __WASI_EVENTTYPE_FD_READ, .u = {.fd_read = {0}}}},
      {.userdata = 2, .u = {.tag = __WASI_EVENTTYPE_FD_WRITE, .u = {.fd_write = {1}}}},
      {.userdata = 3, .u = {.tag = __WASI_EVENTTYPE_FD_READ, .u = {.fd_read = {9}}}},
  };
  __wasi_event_t found[3];
  __wasi_size_t count = 0;
  OK(__wasi_poll_oneoff(asked, found, 3, &count));
  IS(count, 3);
  IS(found[0].fd_readwrite.nbytes, 5);
  IS(found[2].error, __WASI_ERRNO_BADF);
  __wasi_subscription_t later = {.userdata = 4, .u = {.tag = __WASI_EVENTTYPE_CLOCK}};
  later.u.u.clock.id = __WASI_CLOCKID_MONOTONIC;
  later.u.u.clock.timeout = 1000;
  OK(__wasi_poll_oneoff(&later, found, 1, &count));
  IS(found[0].userdata, 4);
  FAILS(__wasi_poll_oneoff(&later, found, 0, &count), INVAL);
  __wasi_fd_t fd;
  OK(__wasi_path_open(3, 0, "etc/hosts", 0, __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_POLL_FD_READWRITE, 0, 0, &fd));
  asked[0].u.u.fd_read.file_descriptor = fd;
  OK(__wasi_poll_oneoff(asked, found, 1, &count));
  IS(found[0].error, 0);
  IS(found[0].fd_readwrite.nbytes, 20);
}

static void sockets(void) {
  uint8_t byte;
  __wasi_iovec_t in = {&byte, 1};
  __wasi_ciovec_t out = {&byte, 1};
  __wasi_size_t size;
  __wasi_roflags_t flags;
  __wasi_fd_t fd;
  FAILS(__wasi_sock_accept(0, 0, &fd), NOTSOCK);
  FAILS(__wasi_sock_recv(0, &in, 1, 0, &size, &flags), NOTSOCK);
  FAILS(__wasi_sock_send(1, &out, 1, 0, &size), NOTSOCK);
  FAILS(__wasi_sock_shutdown(1, 1), NOTSOCK);
  FAILS(__wasi_sock_shutdown(3, 1), BADF);
  FAILS(__wasi_sock_send(9, &out, 1, 0, &size), BADF);
}

int main(void) {
  lists();
  clocks_and_random();
  events();
  sockets();
  OK(__wasi_sched_yield());
  OK(__wasi_proc_raise(0));
  FAILS(__wasi_proc_raise(31), INVAL);
  puts("__wasi_proc_exit(7)");
  fflush(stdout);
  __wasi_proc_exit(7);
}
