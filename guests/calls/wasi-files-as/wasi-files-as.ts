// Every call of WASI preview 1 that has to do with descriptors and paths, right and wrong. Takes no input; exit code 0.
import {
  fdAdvise,
  fdAllocate,
  fdClose,
  fdDatasync,
  fdFdstatGet,
  fdFdstatSetFlags,
  fdFdstatSetRights,
  fdFilestatGet,
  fdFilestatSetSize,
  fdFilestatSetTimes,
  fdPread,
  fdPrestatDirName,
  fdPrestatGet,
  fdPwrite,
  fdRead,
  fdReaddir,
  fdRenumber,
  fdSeek,
  fdSync,
  fdTell,
  fdWrite,
  pathCreateDirectory,
  pathFilestatGet,
  pathFilestatSetTimes,
  pathLink,
  pathOpen,
  pathReadlink,
  pathRemoveDirectory,
  pathRename,
  pathSymlink,
  pathUnlinkFile,
} from '../../assemblyscript/wasi';
import {
  BADF,
  EXIST,
  FBIG,
  INVAL,
  is,
  ISDIR,
  looksRandom,
  LOOP,
  MFILE,
  NAMETOOLONG,
  NOENT,
  NOTCAPABLE,
  NOTDIR,
  NOTEMPTY,
  ok,
  PERM,
  SPIPE,
  SUCCESS,
  vector,
} from '../expect-as/expect';

const ROOT = 3;
const FOLLOW = 1;

/** `oflags` of the standard. */
const CREATE = 1;
const DIRECTORY = 2;
const EXCLUSIVE = 4;
const TRUNCATE = 8;

/** `fdflags.append` and `fstflags`. */
const APPEND = 1;
const ATIM = 1;
const ATIM_NOW = 2;
const MTIM = 4;
const MTIM_NOW = 8;

/** `whence` */
const FROM_START = 0;
const FROM_HERE = 1;
const FROM_END = 2;

/** `rights` */
const MAY_READ: i64 = 1 << 1;
const MAY_SYNC: i64 = 1 << 4;
const MAY_WRITE: i64 = 1 << 6;
const MAY_OPEN: i64 = 1 << 13;
const MAY_LIST: i64 = 1 << 14;
const MAY_STAT: i64 = 1 << 21;
/** All that a file can be opened for. */
const ALL_OF_FILE: i64 = 0x1ff | MAY_STAT | (1 << 22) | (1 << 23);

/** `struct filestat` and `fdstat`: where what is read lies. */
const STAT_LINKS = 24;
const STAT_SIZE = 32;
const STAT_ATIM = 40;
const STAT_MTIM = 48;
const FDSTAT_FLAGS = 2;
const FDSTAT_RIGHTS = 8;
const DIRENT_BYTES = 24;

const result = memory.data(8);
const stat = memory.data(64);
const buffer = memory.data(256);

/** A path, as the arguments of a call. */
class Path {
  readonly size: i32;
  readonly at: usize;

  constructor(text: string) {
    const bytes = String.UTF8.encode(text);
    this.at = changetype<usize>(bytes);
    this.size = bytes.byteLength;
  }
}

/** Opens below a directory; the descriptor is in `result`. */
function openIn(directory: i32, path: string, flags: i32, rights: i64, lookup: i32 = 0): i32 {
  const name = new Path(path);
  return pathOpen(directory, lookup, name.at, name.size, flags, rights, 0, 0, result);
}

function open(path: string, flags: i32, rights: i64): i32 {
  return openIn(ROOT, path, flags, rights);
}

/** A descriptor of a file that is made where there is none. */
function create(path: string): i32 {
  ok('path_open: to create', open(path, CREATE, ALL_OF_FILE));
  return load<i32>(result);
}

function write(fd: i32, text: string): i32 {
  const bytes = new Path(text);
  return fdWrite(fd, vector(bytes.at, bytes.size), 1, result);
}

function pwrite(fd: i32, text: string, offset: i64): i32 {
  const bytes = new Path(text);
  return fdPwrite(fd, vector(bytes.at, bytes.size), 1, offset, result);
}

/** What a descriptor reads next, at most `max` bytes. */
function read(fd: i32, max: i32): string {
  ok('fd_read', fdRead(fd, vector(buffer, max), 1, result));
  return String.UTF8.decodeUnsafe(buffer, load<u32>(result));
}

function statOf(path: string, lookup: i32 = 0): i32 {
  const name = new Path(path);
  return pathFilestatGet(ROOT, lookup, name.at, name.size, stat);
}

function sizeOf(fd: i32): i64 {
  ok('fd_filestat_get', fdFilestatGet(fd, stat));
  return load<i64>(stat + STAT_SIZE);
}

function setTimes(path: string, accessed: i64, modified: i64, flags: i32): i32 {
  const name = new Path(path);
  return pathFilestatSetTimes(ROOT, 0, name.at, name.size, accessed, modified, flags);
}

function makeDirectory(path: string): i32 {
  const name = new Path(path);
  return pathCreateDirectory(ROOT, name.at, name.size);
}

function removeDirectory(path: string): i32 {
  const name = new Path(path);
  return pathRemoveDirectory(ROOT, name.at, name.size);
}

function rename(path: string, to: string): i32 {
  const old = new Path(path);
  const name = new Path(to);
  return pathRename(ROOT, old.at, old.size, ROOT, name.at, name.size);
}

function link(path: string, to: string): i32 {
  const old = new Path(path);
  const name = new Path(to);
  return pathLink(ROOT, 0, old.at, old.size, ROOT, name.at, name.size);
}

function symlink(target: string, path: string): i32 {
  const old = new Path(target);
  const name = new Path(path);
  return pathSymlink(old.at, old.size, ROOT, name.at, name.size);
}

function readlink(path: string, max: i32): i32 {
  const name = new Path(path);
  return pathReadlink(ROOT, name.at, name.size, buffer, max, result);
}

function unlink(path: string): i32 {
  const name = new Path(path);
  return pathUnlinkFile(ROOT, name.at, name.size);
}

function preopened(): void {
  ok('fd_prestat_get', fdPrestatGet(ROOT, result));
  is('fd_prestat_get: bytes of the name', load<u32>(result + 4), 1);
  ok('fd_prestat_dir_name', fdPrestatDirName(ROOT, buffer, 1));
  is('fd_prestat_dir_name: the root', load<u8>(buffer), 0x2f);
  is('fd_prestat_dir_name: no room', fdPrestatDirName(ROOT, buffer, 0), NAMETOOLONG);
  is('fd_prestat_get: the input', fdPrestatGet(0, result), BADF);
  is('fd_prestat_get: no descriptor', fdPrestatGet(5, result), BADF);
}

function commonFiles(): void {
  ok('path_open', open('etc/hosts', 0, MAY_READ));
  is('fd_read: etc/hosts', read(load<i32>(result), 64) == '127.0.0.1\tlocalhost\n' ? 1 : 0, 1);
  ok('path_open', open('dev/null', 0, MAY_READ | MAY_WRITE));
  const none = load<i32>(result);
  ok('fd_write: dev/null', write(none, 'gone'));
  is('fd_write: dev/null takes all', load<u32>(result), 4);
  is('fd_read: dev/null', read(none, 64).length, 0);
  ok('path_open', open('dev/urandom', 0, MAY_READ));
  ok('fd_read: dev/urandom', fdRead(load<i32>(result), vector(buffer, 64), 1, result));
  is('fd_read: random bytes', looksRandom(buffer, 64) ? 1 : 0, 1);
  for (let fd = 5; fd < 8; fd++) ok('fd_close', fdClose(fd));
}

function readsAndWrites(): void {
  const fd = create('rw');
  ok('fd_write', write(fd, 'abcdef'));
  is('fd_write: bytes', load<u32>(result), 6);
  ok('fd_tell', fdTell(fd, result));
  is('fd_tell: position', load<i64>(result), 6);
  ok('fd_seek', fdSeek(fd, -4, FROM_HERE, result));
  is('fd_seek: position', load<i64>(result), 2);
  is('fd_read: the rest', read(fd, 64) == 'cdef' ? 1 : 0, 1);
  is('fd_read: at the end', read(fd, 64).length, 0);
  ok('fd_pwrite', pwrite(fd, 'xyz', 8));
  ok('fd_pread', fdPread(fd, vector(buffer, 64), 1, 5, result));
  is('fd_pread: bytes', load<u32>(result), 6);
  is('fd_pread: a hole is zeros', load<u16>(buffer + 1), 0);
  is('fd_pread: behind the hole', load<u8>(buffer + 3), 0x78);
  ok('fd_tell', fdTell(fd, result));
  is('fd_pwrite: moves nothing', load<i64>(result), 6);
  is('fd_pread: before the beginning', fdPread(fd, vector(buffer, 64), 1, -1, result), INVAL);
  ok('fd_seek', fdSeek(fd, 100, FROM_END, result));
  is('fd_seek: beyond the end', load<i64>(result), 111);
  is('fd_seek: before the beginning', fdSeek(fd, -1, FROM_START, result), INVAL);
  is('fd_seek: from nowhere', fdSeek(fd, 0, 3, result), INVAL);
  is('fd_seek: a stream', fdSeek(1, 0, FROM_HERE, result), SPIPE);
  is('fd_write: no descriptor', write(9, 'x'), BADF);
  is('fd_write: the input', write(0, 'x'), BADF);
  is('fd_read: a directory', fdRead(ROOT, vector(buffer, 1), 1, result), NOTCAPABLE);
  ok('fd_close', fdClose(fd));
  is('fd_close: twice', fdClose(fd), BADF);
}

function sizes(): void {
  const fd = create('sizes');
  ok('fd_allocate', fdAllocate(fd, 10, 90));
  is('fd_allocate: size', sizeOf(fd), 100);
  is('fd_allocate: nothing', fdAllocate(fd, 0, 0), INVAL);
  is('fd_allocate: too much', fdAllocate(fd, 0, 1 << 40), FBIG);
  ok('fd_filestat_set_size', fdFilestatSetSize(fd, 5));
  is('fd_filestat_set_size: size', sizeOf(fd), 5);
  is('fd_filestat_set_size: too much', fdFilestatSetSize(fd, 1 << 40), FBIG);
  ok('fd_advise', fdAdvise(fd, 0, 1, 3));
  is('fd_advise: no advice', fdAdvise(fd, 0, 1, 6), INVAL);
  ok('fd_sync', fdSync(fd));
  is('fd_sync: no descriptor', fdSync(9), BADF);
  ok('fd_datasync', fdDatasync(fd));
  ok('fd_close', fdClose(fd));
}

function flagsAndRights(): void {
  const fd = create('sizes');
  ok('fd_fdstat_set_flags', fdFdstatSetFlags(fd, APPEND));
  is('fd_fdstat_set_flags: no flag', fdFdstatSetFlags(fd, 64), INVAL);
  ok('fd_fdstat_get', fdFdstatGet(fd, stat));
  is('fd_fdstat_get: flags', load<u16>(stat + FDSTAT_FLAGS), APPEND);
  is('fd_fdstat_get: a file', load<u8>(stat), 4);
  ok('fd_seek', fdSeek(fd, 0, FROM_START, result));
  ok('fd_write: behind all', write(fd, 'x'));
  is('fd_write: appended', sizeOf(fd), 6);
  ok('fd_fdstat_set_rights', fdFdstatSetRights(fd, MAY_READ | MAY_SYNC, 0));
  is('fd_fdstat_set_rights: more', fdFdstatSetRights(fd, MAY_READ | MAY_WRITE, 0), NOTCAPABLE);
  ok('fd_fdstat_get', fdFdstatGet(fd, stat));
  is('fd_fdstat_get: rights', load<i64>(stat + FDSTAT_RIGHTS), MAY_READ | MAY_SYNC);
  is('fd_write: no right', write(fd, 'x'), NOTCAPABLE);
  is('fd_datasync: no right', fdDatasync(fd), NOTCAPABLE);
  is('fd_advise: no right', fdAdvise(fd, 0, 1, 0), NOTCAPABLE);
  ok('fd_sync: a right', fdSync(fd));
  ok('fd_close', fdClose(fd));
}

function times(): void {
  const fd = create('times');
  ok('fd_filestat_set_times', fdFilestatSetTimes(fd, 1000, 2000, ATIM | MTIM));
  ok('fd_filestat_get', fdFilestatGet(fd, stat));
  is('fd_filestat_get: accessed', load<i64>(stat + STAT_ATIM), 1000);
  is('fd_filestat_get: modified', load<i64>(stat + STAT_MTIM), 2000);
  is('fd_filestat_set_times: both', fdFilestatSetTimes(fd, 0, 0, ATIM | ATIM_NOW), INVAL);
  ok('path_filestat_set_times', setTimes('times', 5, 6, MTIM));
  ok('path_filestat_get', statOf('times'));
  is('path_filestat_get: accessed', load<i64>(stat + STAT_ATIM), 1000);
  is('path_filestat_get: modified', load<i64>(stat + STAT_MTIM), 6);
  ok('path_filestat_set_times: now', setTimes('times', 5, 6, MTIM_NOW));
  ok('path_filestat_get', statOf('times'));
  is('path_filestat_get: now', load<i64>(stat + STAT_MTIM) > 1_000_000 ? 1 : 0, 1);
  is('path_filestat_get: missing', statOf('missing'), NOENT);
  is('path_filestat_get: no lookup flag', statOf('times', 2), INVAL);
  ok('fd_close', fdClose(fd));
}

/** Reads entries from a cookie on; how many bytes there were. */
function list(fd: i32, max: i32, cookie: i64): i32 {
  ok('fd_readdir', fdReaddir(fd, buffer, max, cookie, result));
  return load<i32>(result);
}

function directories(): void {
  ok('path_create_directory', makeDirectory('dir'));
  is('path_create_directory: again', makeDirectory('dir'), EXIST);
  ok('path_create_directory', makeDirectory('dir/inner'));
  is('path_remove_directory: not empty', removeDirectory('dir'), NOTEMPTY);
  ok('path_open', open('dir', DIRECTORY, MAY_LIST | MAY_OPEN));
  const fd = load<i32>(result);
  is('fd_readdir: all', list(fd, 200, 0), 3 * DIRENT_BYTES + 1 + 2 + 5);
  const last = buffer + 2 * DIRENT_BYTES + 3;
  is('fd_readdir: bytes of a name', load<u32>(last + 16), 5);
  is('fd_readdir: a directory', load<u8>(last + 20), 3);
  is('fd_readdir: from its cookie', list(fd, 200, load<i64>(last)), 0);
  is('fd_readdir: cut', list(fd, 10, 2), 10);
  is('path_open: above', openIn(fd, '..', 0, 0), NOTCAPABLE);
  is('path_open: absolute', openIn(fd, '/etc', 0, 0), NOTCAPABLE);
  is('path_open: no right', openIn(fd, 'new', CREATE, 0), NOTCAPABLE);
  is('path_open: to write a directory', open('dir', 0, MAY_WRITE), ISDIR);
  ok('path_rename', rename('dir/inner', 'moved'));
  is('path_rename: missing', rename('missing', 'moved'), NOENT);
  ok('path_remove_directory', removeDirectory('moved'));
  ok('path_remove_directory', removeDirectory('dir'));
  is('path_remove_directory: a file', removeDirectory('rw'), NOTDIR);
  ok('fd_close', fdClose(fd));
}

function links(): void {
  ok('path_symlink', symlink('rw', 'soft'));
  is('path_symlink: again', symlink('rw', 'soft'), EXIST);
  is('path_symlink: absolute', symlink('/rw', 'absolute'), NOTCAPABLE);
  ok('path_readlink', readlink('soft', 1));
  is('path_readlink: cut', load<u32>(result), 1);
  is('path_readlink: target', load<u8>(buffer), 0x72);
  is('path_readlink: a file', readlink('rw', 8), INVAL);
  ok('path_link', link('rw', 'hard'));
  is('path_link: a directory', link('tmp', 'hard2'), PERM);
  ok('path_filestat_get', statOf('soft', FOLLOW));
  is('path_filestat_get: links', load<i64>(stat + STAT_LINKS), 2);
  is('path_open: a link', open('soft', 0, 0), LOOP);
  ok('path_unlink_file', unlink('rw'));
  is('path_open: to nowhere', openIn(ROOT, 'soft', 0, 0, FOLLOW), NOENT);
  is('path_unlink_file: a directory', unlink('tmp'), ISDIR);
  ok('path_open: to cut', open('hard', TRUNCATE, MAY_READ | MAY_STAT));
  is('path_open: cut', sizeOf(load<i32>(result)), 0);
  is('path_open: there is one', open('hard', CREATE | EXCLUSIVE, 0), EXIST);
  is('path_open: no directory', open('hard', DIRECTORY, 0), NOTDIR);
  is('path_open: no flag', open('hard', 16, 0), INVAL);
}

function numbers(): void {
  const a = create('a');
  const b = create('b');
  ok('fd_renumber', fdRenumber(a, b));
  is('fd_close: renumbered', fdClose(a), BADF);
  is('fd_renumber: to no descriptor', fdRenumber(b, a), BADF);
  is('path_open: the lowest number', create('c'), a);
  while (open('a', 0, 0) == SUCCESS) continue;
  is('path_open: the last number', load<i32>(result), 63);
  is('path_open: no more', open('never', CREATE, 0), MFILE);
  is('path_filestat_get: nothing was made', statOf('never'), NOENT);
}

export function _start(): void {
  preopened();
  commonFiles();
  readsAndWrites();
  sizes();
  flagsAndRights();
  times();
  directories();
  links();
  numbers();
}
