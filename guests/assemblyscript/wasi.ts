/** The calls of WASI preview 1 that a program needs to work with files. Each returns an errno, 0 for success. */

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
@external('wasi_snapshot_preview1', 'fd_read')
export declare function fdRead(fd: i32, vectors: usize, vectorCount: usize, read: usize): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'fd_write')
export declare function fdWrite(fd: i32, vectors: usize, vectorCount: usize, written: usize): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'fd_seek')
export declare function fdSeek(fd: i32, offset: i64, whence: i32, position: usize): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'path_unlink_file')
export declare function pathUnlinkFile(fd: i32, path: usize, pathSize: usize): i32;
