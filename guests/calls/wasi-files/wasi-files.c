// Every call of WASI preview 1 that has to do with descriptors and paths, right and wrong. Takes no input; exit code 0.
#include "../expect.h"

#define R(name) __WASI_RIGHTS_##name
#define ALL_FILE (R(FD_READ) | R(FD_WRITE) | R(FD_SEEK) | R(FD_TELL) | R(FD_FILESTAT_GET) | \
                  R(FD_FILESTAT_SET_SIZE) | R(FD_FILESTAT_SET_TIMES) | R(FD_ALLOCATE) | R(FD_ADVISE) | \
                  R(FD_SYNC) | R(FD_DATASYNC) | R(FD_FDSTAT_SET_FLAGS))
#define FOLLOW __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW
#define ROOT 3

static __wasi_fd_t create(const char *path, __wasi_fdflags_t flags) {
  __wasi_fd_t fd = -1;
  OK(__wasi_path_open(ROOT, 0, path, __WASI_OFLAGS_CREAT, ALL_FILE, 0, flags, &fd));
  return fd;
}

static long size_of(__wasi_fd_t fd) {
  __wasi_filestat_t stat;
  return __wasi_fd_filestat_get(fd, &stat) == 0 ? (long)stat.size : -1;
}

static void preopened(void) {
  __wasi_prestat_t prestat;
  uint8_t name[2] = {0};
  OK(__wasi_fd_prestat_get(ROOT, &prestat));
  IS(prestat.u.dir.pr_name_len, 1);
  OK(__wasi_fd_prestat_dir_name(ROOT, name, 1));
  IS(name[0], '/');
  OK(__wasi_fd_prestat_dir_name(4, name, 2));
  IS(name[0], '.');
  FAILS(__wasi_fd_prestat_dir_name(ROOT, name, 0), NAMETOOLONG);
  FAILS(__wasi_fd_prestat_get(5, &prestat), BADF);
  FAILS(__wasi_fd_prestat_get(0, &prestat), BADF);
}

static void reads_and_writes(void) {
  __wasi_fd_t fd = create("rw", 0);
  uint8_t one[3] = "abc", two[3] = "def", got[8] = {0};
  __wasi_ciovec_t out[2] = {{one, 3}, {two, 3}};
  __wasi_iovec_t in[2] = {{got, 2}, {got + 2, 6}};
  __wasi_size_t moved = 9;
  __wasi_filesize_t at = 9;
  OK(__wasi_fd_write(fd, out, 2, &moved));
  IS(moved, 6);
  OK(__wasi_fd_tell(fd, &at));
  IS(at, 6);
  OK(__wasi_fd_seek(fd, -4, __WASI_WHENCE_CUR, &at));
  IS(at, 2);
  OK(__wasi_fd_read(fd, in, 2, &moved));
  IS(moved, 4);
  IS(memcmp(got, "cdef", 4), 0);
  OK(__wasi_fd_read(fd, in, 2, &moved));
  IS(moved, 0);
  OK(__wasi_fd_pwrite(fd, out, 1, 8, &moved));
  OK(__wasi_fd_pread(fd, in, 2, 5, &moved));
  IS(moved, 6);
  IS(memcmp(got, "f\0\0abc", 6), 0);
  FAILS(__wasi_fd_pread(fd, in, 2, -1, &moved), INVAL);
  OK(__wasi_fd_seek(fd, 100, __WASI_WHENCE_END, &at));
  IS(at, 111);
  FAILS(__wasi_fd_seek(fd, -1, __WASI_WHENCE_SET, &at), INVAL);
  FAILS(__wasi_fd_seek(fd, 0, 3, &at), INVAL);
  FAILS(__wasi_fd_write(9, out, 1, &moved), BADF);
  FAILS(__wasi_fd_read(ROOT, in, 1, &moved), NOTCAPABLE);
  FAILS(__wasi_fd_seek(1, 0, __WASI_WHENCE_CUR, &at), SPIPE);
  OK(__wasi_fd_close(fd));
  FAILS(__wasi_fd_close(fd), BADF);
  OK(__wasi_fd_fdstat_set_rights(0, 0, 0));
  FAILS(__wasi_fd_read(0, in, 1, &moved), NOTCAPABLE);
  FAILS(__wasi_fd_write(0, out, 1, &moved), BADF);
}

static void sizes_and_flags(void) {
  __wasi_fd_t fd = create("sizes", __WASI_FDFLAGS_APPEND);
  uint8_t byte = 'x';
  __wasi_ciovec_t out = {&byte, 1};
  __wasi_size_t moved;
  __wasi_filesize_t at;
  __wasi_fdstat_t stat;
  OK(__wasi_fd_allocate(fd, 10, 90));
  IS(size_of(fd), 100);
  FAILS(__wasi_fd_allocate(fd, 0, 0), INVAL);
  FAILS(__wasi_fd_allocate(fd, 0, 1LL << 40), FBIG);
  OK(__wasi_fd_filestat_set_size(fd, 5));
  IS(size_of(fd), 5);
  FAILS(__wasi_fd_filestat_set_size(fd, 1LL << 40), FBIG);
  OK(__wasi_fd_seek(fd, 0, __WASI_WHENCE_SET, &at));
  OK(__wasi_fd_write(fd, &out, 1, &moved));
  IS(size_of(fd), 6);
  OK(__wasi_fd_fdstat_get(fd, &stat));
  IS(stat.fs_flags, __WASI_FDFLAGS_APPEND);
  IS(stat.fs_filetype, __WASI_FILETYPE_REGULAR_FILE);
  OK(__wasi_fd_fdstat_set_flags(fd, 0));
  FAILS(__wasi_fd_fdstat_set_flags(fd, 64), INVAL);
  OK(__wasi_fd_fdstat_get(fd, &stat));
  IS(stat.fs_flags, 0);
  OK(__wasi_fd_fdstat_set_rights(fd, R(FD_READ) | R(FD_SYNC), 0));
  FAILS(__wasi_fd_fdstat_set_rights(fd, R(FD_READ) | R(FD_WRITE), 0), NOTCAPABLE);
  FAILS(__wasi_fd_write(fd, &out, 1, &moved), NOTCAPABLE);
  FAILS(__wasi_fd_advise(fd, 0, 1, __WASI_ADVICE_NORMAL), NOTCAPABLE);
  OK(__wasi_fd_sync(fd));
  FAILS(__wasi_fd_sync(9), BADF);
  FAILS(__wasi_fd_datasync(fd), NOTCAPABLE);
  OK(__wasi_fd_close(fd));
  fd = create("sizes", 0);
  OK(__wasi_fd_datasync(fd));
  OK(__wasi_fd_advise(fd, 0, 1, __WASI_ADVICE_WILLNEED));
  FAILS(__wasi_fd_advise(fd, 0, 1, 6), INVAL);
  OK(__wasi_fd_close(fd));
}

static void times(void) {
  __wasi_fd_t fd = create("times", 0);
  __wasi_filestat_t stat;
  OK(__wasi_fd_filestat_set_times(fd, 1000, 2000, __WASI_FSTFLAGS_ATIM | __WASI_FSTFLAGS_MTIM));
  OK(__wasi_fd_filestat_get(fd, &stat));
  IS(stat.atim, 1000);
  IS(stat.mtim, 2000);
  IS(stat.nlink, 1);
  FAILS(__wasi_fd_filestat_set_times(fd, 0, 0, __WASI_FSTFLAGS_ATIM | __WASI_FSTFLAGS_ATIM_NOW), INVAL);
  OK(__wasi_path_filestat_set_times(ROOT, 0, "times", 5, 6, __WASI_FSTFLAGS_MTIM));
  OK(__wasi_path_filestat_get(ROOT, 0, "times", &stat));
  IS(stat.atim, 1000);
  IS(stat.mtim, 6);
  OK(__wasi_path_filestat_set_times(ROOT, 0, "times", 5, 6, __WASI_FSTFLAGS_MTIM_NOW));
  OK(__wasi_path_filestat_get(ROOT, 0, "times", &stat));
  IS(stat.mtim > 1000000, 1);
  FAILS(__wasi_path_filestat_get(ROOT, 0, "missing", &stat), NOENT);
  FAILS(__wasi_path_filestat_get(ROOT, 2, "times", &stat), INVAL);
  OK(__wasi_fd_close(fd));
}

static void directories(void) {
  uint8_t buffer[200];
  __wasi_size_t used = 0;
  __wasi_fd_t fd;
  OK(__wasi_path_create_directory(ROOT, "dir"));
  FAILS(__wasi_path_create_directory(ROOT, "dir"), EXIST);
  OK(__wasi_path_create_directory(ROOT, "dir/inner"));
  FAILS(__wasi_path_remove_directory(ROOT, "dir"), NOTEMPTY);
  OK(__wasi_path_open(ROOT, 0, "dir", __WASI_OFLAGS_DIRECTORY, R(FD_READDIR) | R(PATH_OPEN) | R(FD_READ), 0, 0, &fd));
  OK(__wasi_fd_readdir(fd, buffer, sizeof buffer, 0, &used));
  IS(used, 3 * 24 + 1 + 2 + 5);
  __wasi_dirent_t entry;
  memcpy(&entry, buffer + 2 * 24 + 3, sizeof entry);
  IS(entry.d_namlen, 5);
  IS(entry.d_type, __WASI_FILETYPE_DIRECTORY);
  OK(__wasi_fd_readdir(fd, buffer, sizeof buffer, entry.d_next, &used));
  IS(used, 0);
  OK(__wasi_fd_readdir(fd, buffer, 30, 2, &used));
  IS(used, 29);
  OK(__wasi_fd_readdir(fd, buffer, 10, 2, &used));
  IS(used, 10);
  __wasi_fdstat_t stat;
  OK(__wasi_fd_fdstat_get(fd, &stat));
  IS(stat.fs_rights_base, R(FD_READDIR) | R(PATH_OPEN));
  FAILS(__wasi_path_open(fd, 0, "..", 0, 0, 0, 0, &fd), NOTCAPABLE);
  FAILS(__wasi_path_open(fd, 0, "/etc", 0, 0, 0, 0, &fd), NOTCAPABLE);
  FAILS(__wasi_path_open(fd, 0, "new", __WASI_OFLAGS_CREAT, 0, 0, 0, &fd), NOTCAPABLE);
  FAILS(__wasi_path_open(ROOT, 0, "dir", 0, R(FD_WRITE), 0, 0, &fd), ISDIR);
  OK(__wasi_path_rename(ROOT, "dir/inner", ROOT, "moved"));
  FAILS(__wasi_path_rename(ROOT, "missing", ROOT, "moved"), NOENT);
  OK(__wasi_path_remove_directory(ROOT, "moved"));
  OK(__wasi_path_remove_directory(ROOT, "dir"));
  FAILS(__wasi_path_remove_directory(ROOT, "rw"), NOTDIR);
}

static void links(void) {
  uint8_t target[8] = {0};
  __wasi_size_t used = 0;
  __wasi_filestat_t stat;
  __wasi_fd_t fd;
  OK(__wasi_path_symlink("rw", ROOT, "soft"));
  FAILS(__wasi_path_symlink("rw", ROOT, "soft"), EXIST);
  FAILS(__wasi_path_symlink("/rw", ROOT, "absolute"), NOTCAPABLE);
  OK(__wasi_path_readlink(ROOT, "soft", target, 1, &used));
  IS(used, 1);
  FAILS(__wasi_path_readlink(ROOT, "rw", target, 8, &used), INVAL);
  OK(__wasi_path_link(ROOT, 0, "rw", ROOT, "hard"));
  FAILS(__wasi_path_link(ROOT, 0, "tmp", ROOT, "hard2"), PERM);
  OK(__wasi_path_filestat_get(ROOT, FOLLOW, "soft", &stat));
  IS(stat.nlink, 2);
  FAILS(__wasi_path_open(ROOT, 0, "soft", 0, 0, 0, 0, &fd), LOOP);
  OK(__wasi_path_unlink_file(ROOT, "rw"));
  FAILS(__wasi_path_open(ROOT, FOLLOW, "soft", 0, 0, 0, 0, &fd), NOENT);
  OK(__wasi_path_unlink_file(ROOT, "soft"));
  OK(__wasi_path_open(ROOT, 0, "hard", __WASI_OFLAGS_TRUNC, R(FD_READ) | R(FD_FILESTAT_GET), 0, 0, &fd));
  IS(size_of(fd), 0);
  FAILS(__wasi_path_open(ROOT, 0, "hard", __WASI_OFLAGS_CREAT | __WASI_OFLAGS_EXCL, 0, 0, 0, &fd), EXIST);
  FAILS(__wasi_path_open(ROOT, 0, "hard", __WASI_OFLAGS_DIRECTORY, 0, 0, 0, &fd), NOTDIR);
  FAILS(__wasi_path_open(ROOT, 0, "hard", 16, 0, 0, 0, &fd), INVAL);
  FAILS(__wasi_path_unlink_file(ROOT, "tmp"), ISDIR);
}

static void numbers(void) {
  __wasi_fd_t a = create("a", 0), b = create("b", 0), last;
  OK(__wasi_fd_renumber(a, b));
  FAILS(__wasi_fd_close(a), BADF);
  FAILS(__wasi_fd_renumber(b, a), BADF);
  IS(create("c", 0), a);
  while (__wasi_path_open(ROOT, 0, "a", 0, 0, 0, 0, &last) == 0) continue;
  IS(last, 63);
  FAILS(__wasi_path_open(ROOT, 0, "a", 0, 0, 0, 0, &last), MFILE);
  FAILS(__wasi_path_open(ROOT, 0, "never", __WASI_OFLAGS_CREAT, 0, 0, 0, &last), MFILE);
  __wasi_filestat_t stat;
  FAILS(__wasi_path_filestat_get(ROOT, 0, "never", &stat), NOENT);
}

static void common_files(void) {
  uint8_t bytes[32] = {0};
  __wasi_iovec_t in = {bytes, sizeof bytes};
  __wasi_ciovec_t out = {bytes, sizeof bytes};
  __wasi_size_t moved;
  __wasi_fd_t fd;
  OK(__wasi_path_open(ROOT, 0, "etc/hosts", 0, R(FD_READ), 0, 0, &fd));
  OK(__wasi_fd_read(fd, &in, 1, &moved));
  IS(moved, 20);
  OK(__wasi_fd_close(fd));
  OK(__wasi_path_open(ROOT, 0, "dev/null", 0, R(FD_READ) | R(FD_WRITE), 0, 0, &fd));
  OK(__wasi_fd_write(fd, &out, 1, &moved));
  IS(moved, 32);
  OK(__wasi_fd_read(fd, &in, 1, &moved));
  IS(moved, 0);
  OK(__wasi_fd_close(fd));
  OK(__wasi_path_open(ROOT, 0, "dev/urandom", 0, R(FD_READ), 0, 0, &fd));
  OK(__wasi_fd_read(fd, &in, 1, &moved));
  IS(moved, 32);
  int zeros = 0;
  for (int i = 0; i < 32; i++) zeros += bytes[i] == 0;
  IS(zeros < 16, 1);
  OK(__wasi_fd_close(fd));
}

int main(void) {
  preopened();
  common_files();
  reads_and_writes();
  sizes_and_flags();
  times();
  directories();
  links();
  numbers();
  return 0;
}
