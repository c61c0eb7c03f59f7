/** All calls of WASI preview 1. Each returns an errno, 0 for success, except the one that does not return. */

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'args_get')
export declare function argsGet(pointers: usize, bytes: usize): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'args_sizes_get')
export declare function argsSizesGet(count: usize, size: usize): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'environ_get')
export declare function environGet(pointers: usize, bytes: usize): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'environ_sizes_get')
export declare function environSizesGet(count: usize, size: usize): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'clock_res_get')
export declare function clockResGet(clock: i32, resolution: usize): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'clock_time_get')
export declare function clockTimeGet(clock: i32, precision: i64, time: usize): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'random_get')
export declare function randomGet(bytes: usize, size: usize): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'poll_oneoff')
export declare function pollOneoff(subscriptions: usize, events: usize, count: usize, written: usize): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'proc_exit')
export declare function procExit(code: i32): void;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'proc_raise')
export declare function procRaise(signal: i32): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'sched_yield')
export declare function schedYield(): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'sock_accept')
export declare function sockAccept(fd: i32, flags: i32, accepted: usize): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'sock_recv')
export declare function sockRecv(
  fd: i32,
  vectors: usize,
  vectorCount: usize,
  flags: i32,
  read: usize,
  readFlags: usize,
): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'sock_send')
export declare function sockSend(
  fd: i32,
  vectors: usize,
  vectorCount: usize,
  flags: i32,
  written: usize,
): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'sock_shutdown')
export declare function sockShutdown(fd: i32, how: i32): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'fd_advise')
export declare function fdAdvise(fd: i32, offset: i64, size: i64, advice: i32): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'fd_allocate')
export declare function fdAllocate(fd: i32, offset: i64, size: i64): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'fd_close')
export declare function fdClose(fd: i32): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'fd_datasync')
export declare function fdDatasync(fd: i32): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'fd_fdstat_get')
export declare function fdFdstatGet(fd: i32, stat: usize): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'fd_fdstat_set_flags')
export declare function fdFdstatSetFlags(fd: i32, flags: i32): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'fd_fdstat_set_rights')
export declare function fdFdstatSetRights(fd: i32, rights: i64, inheriting: i64): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'fd_filestat_get')
export declare function fdFilestatGet(fd: i32, stat: usize): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'fd_filestat_set_size')
export declare function fdFilestatSetSize(fd: i32, size: i64): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'fd_filestat_set_times')
export declare function fdFilestatSetTimes(fd: i32, accessed: i64, modified: i64, flags: i32): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'fd_pread')
export declare function fdPread(fd: i32, vectors: usize, vectorCount: usize, offset: i64, read: usize): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'fd_prestat_dir_name')
export declare function fdPrestatDirName(fd: i32, name: usize, nameSize: usize): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'fd_prestat_get')
export declare function fdPrestatGet(fd: i32, prestat: usize): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'fd_pwrite')
export declare function fdPwrite(
  fd: i32,
  vectors: usize,
  vectorCount: usize,
  offset: i64,
  written: usize,
): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'fd_read')
export declare function fdRead(fd: i32, vectors: usize, vectorCount: usize, read: usize): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'fd_readdir')
export declare function fdReaddir(fd: i32, buffer: usize, size: usize, cookie: i64, used: usize): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'fd_renumber')
export declare function fdRenumber(from: i32, to: i32): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'fd_seek')
export declare function fdSeek(fd: i32, offset: i64, whence: i32, position: usize): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'fd_sync')
export declare function fdSync(fd: i32): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'fd_tell')
export declare function fdTell(fd: i32, position: usize): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'fd_write')
export declare function fdWrite(fd: i32, vectors: usize, vectorCount: usize, written: usize): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'path_create_directory')
export declare function pathCreateDirectory(fd: i32, path: usize, pathSize: usize): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'path_filestat_get')
export declare function pathFilestatGet(fd: i32, lookup: i32, path: usize, pathSize: usize, stat: usize): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'path_filestat_set_times')
export declare function pathFilestatSetTimes(
  fd: i32,
  lookup: i32,
  path: usize,
  pathSize: usize,
  accessed: i64,
  modified: i64,
  flags: i32,
): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'path_link')
export declare function pathLink(
  fd: i32,
  lookup: i32,
  path: usize,
  pathSize: usize,
  newFd: i32,
  newPath: usize,
  newPathSize: usize,
): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'path_open')
export declare function pathOpen(
  fd: i32,
  lookup: i32,
  path: usize,
  pathSize: usize,
  flags: i32,
  rights: i64,
  inheriting: i64,
  fdflags: i32,
  opened: usize,
): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'path_readlink')
export declare function pathReadlink(
  fd: i32,
  path: usize,
  pathSize: usize,
  target: usize,
  targetSize: usize,
  used: usize,
): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'path_remove_directory')
export declare function pathRemoveDirectory(fd: i32, path: usize, pathSize: usize): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'path_rename')
export declare function pathRename(
  fd: i32,
  path: usize,
  pathSize: usize,
  newFd: i32,
  newPath: usize,
  newPathSize: usize,
): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'path_symlink')
export declare function pathSymlink(
  target: usize,
  targetSize: usize,
  fd: i32,
  path: usize,
  pathSize: usize,
): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'path_unlink_file')
export declare function pathUnlinkFile(fd: i32, path: usize, pathSize: usize): i32;
