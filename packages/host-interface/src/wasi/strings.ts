import { utf8 } from '@faasm/stdx';
import type { CurrentGuest, HostFamily } from '../host-function.ts';
import { ERRNO, type Errno } from './errno.ts';

const POINTER_BYTES = 4;

/** `args_*` and `environ_*`: two lists of strings, each given as an array of pointers and a buffer that they point into. */
export function argumentsAndEnvironment(current: CurrentGuest): HostFamily {
  const args = (): readonly string[] => current().options.args;
  const environment = (): readonly string[] => current().options.environment;
  return {
    /** `errno args_sizes_get(size *argc, size *argv_buf_size)` */
    args_sizes_get: (argc: number, size: number): Errno => writeSizes(current, args(), { count: argc, size }),
    /** `errno args_get(u8 **argv, u8 *argv_buf)` */
    args_get: (argv: number, buffer: number): Errno =>
      writeStrings(current, args(), { pointers: argv, buffer }),
    /** `errno environ_sizes_get(size *count, size *buf_size)` */
    environ_sizes_get: (count: number, size: number): Errno =>
      writeSizes(current, environment(), { count, size }),
    /** `errno environ_get(u8 **environ, u8 *environ_buf)` */
    environ_get: (pointers: number, buffer: number): Errno =>
      writeStrings(current, environment(), { pointers, buffer }),
  };
}

function writeSizes(
  current: CurrentGuest,
  strings: readonly string[],
  to: { count: number; size: number },
): Errno {
  const { memory } = current();
  memory.writeU32(to.count, strings.length);
  memory.writeU32(
    to.size,
    strings.reduce((sum, value) => sum + terminated(value).byteLength, 0),
  );
  return ERRNO.success;
}

function writeStrings(
  current: CurrentGuest,
  strings: readonly string[],
  to: { pointers: number; buffer: number },
): Errno {
  const { memory } = current();
  let at = to.buffer >>> 0;
  for (const [i, value] of strings.entries()) {
    const bytes = terminated(value);
    memory.writeU32((to.pointers >>> 0) + i * POINTER_BYTES, at);
    memory.write(at, bytes);
    at += bytes.byteLength;
  }
  return ERRNO.success;
}

function terminated(value: string): Uint8Array {
  return utf8(`${value}\0`);
}
