/**
 * What a function written in AssemblyScript asks of Faasm. Its entry is what it exports as `_start`. What it does at the
 * top of its files, and in `export function _faasm_zygote(): i32` if it has that, runs once, before the snapshot that
 * all calls start from; a result other than 0 refuses the function. Compile with `--use abort=assemblyscript/faasm/abort`, so
 * that a failed assertion is reported on standard error, where the function's own messages are.
 */

// @ts-ignore: decorator
@external('env', '__faasm_read_input')
declare function readInput(buffer: usize, bufferSize: i32): i32;

// @ts-ignore: decorator
@external('env', '__faasm_write_output')
declare function writeOutput(output: usize, outputSize: i32): void;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'args_sizes_get')
declare function argsSizesGet(count: usize, size: usize): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'args_get')
declare function argsGet(pointers: usize, bytes: usize): i32;

// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'fd_write')
declare function fdWrite(fd: i32, vectors: usize, vectorCount: i32, written: usize): i32;

const STDOUT: i32 = 1;
const STDERR: i32 = 2;

/** The size of the call's input in bytes; 0 if it has none. */
export function getInputSize(): i32 {
  // A size of 0 asks for the input's size instead of its bytes.
  return readInput(0, 0);
}

/** The call's input; empty if it has none. */
export function getInput(): ArrayBuffer {
  const size = getInputSize();
  const input = new ArrayBuffer(size);
  if (size > 0) readInput(changetype<usize>(input), size);
  return input;
}

/** Makes exactly these bytes the call's output. The last use wins. */
export function setOutput(output: ArrayBuffer): void {
  writeOutput(changetype<usize>(output), output.byteLength);
}

/** Writes the text to standard output as UTF-8, without a newline of its own. */
export function print(text: string): void {
  write(STDOUT, text);
}

/** Writes the text to standard error as UTF-8, without a newline of its own. */
export function printError(text: string): void {
  write(STDERR, text);
}

/** The function's arguments, its name first; empty if the host has none. */
export function getArgs(): string[] {
  // Room for two numbers.
  const scratch = memory.data(8);
  const args: string[] = [];
  if (argsSizesGet(scratch, scratch + 4) !== 0) return args;
  const count = load<i32>(scratch);
  const pointers = new ArrayBuffer(count * sizeof<usize>());
  const bytes = new ArrayBuffer(load<i32>(scratch, 4));
  if (argsGet(changetype<usize>(pointers), changetype<usize>(bytes)) !== 0) return args;
  for (let index = 0; index < count; index++) {
    const start = load<usize>(changetype<usize>(pointers) + index * sizeof<usize>());
    let end = start;
    while (load<u8>(end) !== 0) end++;
    args.push(String.UTF8.decodeUnsafe(start, end - start));
  }
  return args;
}

/** Reports a failed assertion or an uncaught error on standard error, and traps. */
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  const what = message === null ? 'abort' : message;
  const where = file === null ? 'unknown' : file;
  write(STDERR, `${what} at ${where}:${line}:${column}\n`);
  unreachable();
}

function write(fd: i32, text: string): void {
  const bytes = String.UTF8.encode(text);
  // One iovec, pointer and length, and behind it the place for the number of bytes written.
  const scratch = memory.data(12);
  let start = changetype<usize>(bytes);
  let rest = bytes.byteLength;
  while (rest > 0) {
    store<u32>(scratch, <u32>start);
    store<u32>(scratch, rest, 4);
    if (fdWrite(fd, scratch, 1, scratch + 8) !== 0) return;
    const written = load<u32>(scratch, 8);
    start += written;
    rest -= written;
  }
}
