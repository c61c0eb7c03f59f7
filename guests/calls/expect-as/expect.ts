// What the AssemblyScript programs beside this folder check host calls with.
import { print, printError } from '../../assemblyscript/faasm';
import { procExit } from '../../assemblyscript/wasi';

/** `errno` of the standard. */
export const SUCCESS: i32 = 0;
export const BADF: i32 = 8;
export const EXIST: i32 = 20;
export const FBIG: i32 = 22;
export const INVAL: i32 = 28;
export const ISDIR: i32 = 31;
export const LOOP: i32 = 32;
export const MFILE: i32 = 33;
export const NAMETOOLONG: i32 = 37;
export const NOENT: i32 = 44;
export const NOTDIR: i32 = 54;
export const NOTEMPTY: i32 = 55;
export const NOTSOCK: i32 = 57;
export const PERM: i32 = 63;
export const SPIPE: i32 = 70;
export const NOTCAPABLE: i32 = 76;

/** A check of a call that holds prints its line, which begins with the call; one that does not ends the program. */
export function is(call: string, got: i64, wanted: i64): void {
  print(`${call}\n`);
  if (got == wanted) return;
  printError(`${call} is ${got}, not ${wanted}\n`);
  procExit(1);
}

/** The call succeeded. */
export function ok(call: string, errno: i32): void {
  is(call, errno, SUCCESS);
}

/** A vector of the standard, of one buffer, that stays until the next one is asked for. */
export function vector(bytes: usize, size: usize): usize {
  const place = memory.data(8);
  store<usize>(place, bytes);
  store<usize>(place + 4, size);
  return place;
}

/** Whether at most a fourth of the bytes are 0, as hardly any random ones are that often. */
export function looksRandom(bytes: usize, size: i32): bool {
  let zeros = 0;
  for (let i = 0; i < size; i++) if (load<u8>(bytes + i) == 0) zeros++;
  return zeros * 4 <= size;
}
