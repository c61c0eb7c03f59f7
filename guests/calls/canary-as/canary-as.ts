// Leaves a canary wherever a call can leave something, or looks for one wherever a call can look. The input is a letter and
// 16 bytes, the complement of the canary, so that whoever looks does not hold it. The letter `s` looks; `b` leaves it and looks
// in the same call; with others the call leaves it everywhere and then ends: `r` returns, `t` traps, `x` exits, `w` waits.
import { getInput, setOutput } from '../../assemblyscript/faasm';
import {
  argsGet,
  environGet,
  fdClose,
  fdFdstatGet,
  fdRead,
  fdReaddir,
  fdWrite,
  pathOpen,
  pollOneoff,
  procExit,
  randomGet,
} from '../../assemblyscript/wasi';
import { vector } from '../expect-as/expect';

const ROOT = 3;
/** Descriptors that every call finds open, and the most that one can have. */
const FOUND_OPEN = 5;
const DESCRIPTORS_MAX = 64;
const CREATE = 1;
const MAY_READ: i64 = 1 << 1;
const MAY_WRITE: i64 = 1 << 6;
const MAY_LIST: i64 = 1 << 14;

const MONOTONIC = 1;

const CANARY_BYTES = 16;
const PAGE_BYTES = 65_536;
const BUFFER_BYTES = 8_192;
const LINES = 300;

const RETURN: u8 = 0x72;
const TRAP: u8 = 0x74;
const EXIT: u8 = 0x78;
const BOTH: u8 = 0x62;
const SEARCH: u8 = 0x73;

/** Both halves of the complement. */
let first: u64 = 0;
let second: u64 = 0;
/** A global of the module that only a call that leaves the canary changes. */
let global: u64 = 1;

const buffer = memory.data(BUFFER_BYTES);
const result = memory.data(8);

class Name {
  readonly at: usize;
  readonly size: i32;

  constructor(text: string) {
    const bytes = String.UTF8.encode(text);
    this.at = changetype<usize>(bytes);
    this.size = bytes.byteLength;
  }
}

function open(path: string, flags: i32, rights: i64): i32 {
  const name = new Name(path);
  return pathOpen(ROOT, 0, name.at, name.size, flags, rights, 0, 0, result) == 0 ? load<i32>(result) : -1;
}

/** How often half of the canary lies between two addresses. */
function count(from: usize, to: usize): i32 {
  let times = 0;
  for (let at = from; at + 8 <= to; at++) {
    const bytes = ~load<u64>(at);
    if (bytes == first || bytes == second) times++;
  }
  return times;
}

function sizeBytes(): usize {
  return <usize>memory.size() * PAGE_BYTES;
}

function grow(): void {
  while (memory.grow(1) >= 0) continue;
}

function fill(from: usize, to: usize): void {
  for (let at = from; at + CANARY_BYTES <= to; at += CANARY_BYTES) {
    store<u64>(at, ~first);
    store<u64>(at, ~second, 8);
  }
}

function write(fd: i32, bytes: usize): void {
  fdWrite(fd, vector(bytes, CANARY_BYTES), 1, result);
}

/** Leaves it in files and their names, an open descriptor, both logs and a global. */
function leave(): void {
  store<u64>(buffer, ~first);
  store<u64>(buffer, ~second, 8);
  const canary = String.UTF8.decodeUnsafe(buffer, CANARY_BYTES);
  for (let line = 0; line < LINES; line++) {
    write(1, buffer);
    write(2, buffer);
  }
  const paths: string[] = ['canary', 'tmp/canary', 'home/faasm/canary', 'etc/hosts', `tmp/${canary}`];
  for (let i = 0; i < paths.length; i++) {
    const fd = open(paths[i], CREATE, MAY_WRITE);
    if (fd < 0) unreachable();
    write(fd, buffer);
  }
  open('tmp/canary', 0, MAY_READ);
  global = ~first;
}

function inArguments(): i32 {
  memory.fill(buffer, 0, BUFFER_BYTES);
  argsGet(buffer, buffer + 1_024);
  const times = count(buffer, buffer + BUFFER_BYTES);
  memory.fill(buffer, 0, BUFFER_BYTES);
  environGet(buffer, buffer + 1_024);
  return times + count(buffer, buffer + BUFFER_BYTES);
}

/** In what the directory has in it, by name. */
function inDirectory(path: string): i32 {
  const fd = open(path, 0, MAY_LIST);
  if (fd < 0) return 0;
  memory.fill(buffer, 0, BUFFER_BYTES);
  fdReaddir(fd, buffer, BUFFER_BYTES, 0, result);
  fdClose(fd);
  return count(buffer, buffer + BUFFER_BYTES);
}

function inFile(path: string): i32 {
  const fd = open(path, 0, MAY_READ);
  if (fd < 0) return 0;
  const times = inDescriptor(fd);
  fdClose(fd);
  return times;
}

function inDescriptor(fd: i32): i32 {
  memory.fill(buffer, 0, BUFFER_BYTES);
  fdRead(fd, vector(buffer, BUFFER_BYTES), 1, result);
  return count(buffer, buffer + BUFFER_BYTES);
}

function inFiles(): i32 {
  const directories: string[] = ['.', 'tmp', 'home/faasm', 'etc', 'dev', 'uploaded'];
  const files: string[] = [
    'canary',
    'tmp/canary',
    'home/faasm/canary',
    'etc/hosts',
    'dev/null',
    'dev/urandom',
    'uploaded/canary',
  ];
  let times = 0;
  for (let i = 0; i < directories.length; i++) times += inDirectory(directories[i]);
  for (let i = 0; i < files.length; i++) times += inFile(files[i]);
  return times;
}

/** How many descriptors are open that no call finds open, and in how many of all the canary can be read. */
function inDescriptors(): i32 {
  let times = 0;
  for (let fd = 0; fd < DESCRIPTORS_MAX; fd++) {
    if (fd >= FOUND_OPEN && fdFdstatGet(fd, buffer) == 0) times++;
    times += inDescriptor(fd);
  }
  return times;
}

/** How many bytes of the pages above the memory's first ones are not 0. */
function inGrownPages(from: usize): i32 {
  let times = 0;
  for (let at = from; at < sizeBytes(); at++) if (load<u8>(at) != 0) times++;
  return times;
}

/** It needs 48 bytes for what it waits for, at 0. */
function waitForEver(): void {
  memory.fill(0, 0, 48);
  store<u32>(0, MONOTONIC, 16);
  store<u64>(0, u64.MAX_VALUE, 24);
  pollOneoff(0, 64, 1, 128);
}

function tell(inMemory: i32, grownFrom: usize): void {
  const found: i32[] = [
    inMemory,
    global == 1 ? 0 : 1,
    inArguments(),
    inFiles(),
    inDescriptors(),
    inGrownPages(grownFrom),
  ];
  setOutput(
    String.UTF8.encode(
      `memory ${found[0]}, globals ${found[1]}, arguments ${found[2]}, files ${found[3]}, ` +
        `descriptors ${found[4]}, grown pages ${found[5]} of ${sizeBytes() - grownFrom}`,
    ),
  );
}

export function _start(): void {
  const input = changetype<usize>(getInput());
  const letter = load<u8>(input);
  first = load<u64>(input, 1);
  second = load<u64>(input, 9);
  const grownFrom = sizeBytes();
  if (letter == SEARCH) {
    const inMemory = count(0, grownFrom);
    grow();
    tell(inMemory, grownFrom);
    return;
  }
  leave();
  grow();
  if (letter == BOTH) {
    fill(sizeBytes() - PAGE_BYTES, sizeBytes());
    tell(count(0, sizeBytes()), grownFrom);
    return;
  }
  const output = new ArrayBuffer(2 * CANARY_BYTES);
  fill(changetype<usize>(output), changetype<usize>(output) + CANARY_BYTES);
  randomGet(changetype<usize>(output) + CANARY_BYTES, CANARY_BYTES);
  setOutput(output);
  // From here on nothing is left of the program's own data.
  fill(0, sizeBytes());
  if (letter == TRAP) unreachable();
  if (letter == EXIT) procExit(3);
  if (letter != RETURN) waitForEver();
}
