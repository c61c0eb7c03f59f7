// Copies its input to a file, and the file, which has lost its name meanwhile, to standard output.
import { getInput } from '../../assemblyscript/faasm';
import { fdRead, fdSeek, fdWrite, pathOpen, pathUnlinkFile } from '../../assemblyscript/wasi';

const STDOUT = 1;
const ROOT = 3;
const CREATE = 1;
/** `fd_read`, `fd_seek` and `fd_write` */
const RIGHTS: i64 = 2 | 4 | 64;

const SIZE = 64;
const buffer = memory.data(SIZE);
const vector = memory.data(8);
const result = memory.data(8);

function write(fd: i32, bytes: usize, size: usize): void {
  store<usize>(vector, bytes);
  store<usize>(vector + 4, size);
  assert(fdWrite(fd, vector, 1, result) == 0);
  assert(load<usize>(result) == size);
}

function read(fd: i32): usize {
  store<usize>(vector, buffer);
  store<usize>(vector + 4, SIZE);
  assert(fdRead(fd, vector, 1, result) == 0);
  return load<usize>(result);
}

export function _start(): void {
  const path = String.UTF8.encode('tmp/copy');
  const name = changetype<usize>(path);
  assert(pathOpen(ROOT, 0, name, path.byteLength, CREATE, RIGHTS, 0, 0, result) == 0);
  const fd = load<i32>(result);
  const input = getInput();
  write(fd, changetype<usize>(input), input.byteLength);
  assert(fdSeek(fd, 0, 0, result) == 0);
  assert(pathUnlinkFile(ROOT, name, path.byteLength) == 0);
  for (let size = read(fd); size > 0; size = read(fd)) write(STDOUT, buffer, size);
}
