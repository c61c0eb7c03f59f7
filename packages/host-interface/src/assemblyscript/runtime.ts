import { utf8 } from '@faasm/stdx';
import { getRandomValues } from 'node:crypto';
import type { Guest } from '@faasm/faaslet';
import { FIXED_ARGUMENT_BOUNDS } from '../argument-bounds.ts';
import type { CurrentGuest, HostFamily } from '../host-function.ts';

/** Before each AssemblyScript object stands its size in bytes, in the last 4 bytes of the header. */
const SIZE_OFFSET = -4;

/** What stock AssemblyScript imports from `env` without any library. */
export function assemblyScriptRuntime(current: CurrentGuest): HostFamily {
  return {
    /** `abort(message: string | null, fileName: string | null, line: u32, column: u32): void`; C's `abort()` too. */
    abort: (message?: number, file?: number, line?: number): never => {
      const guest = current();
      const said = readString(guest, message);
      const where = readString(guest, file);
      return guest.trap(
        `Aborted${said === '' ? '' : `: ${said}`}${where === '' ? '' : ` at ${where}:${line ?? 0}`}`,
      );
    },

    /** `seed(): f64`: what `Math.random` begins with. */
    seed: (): number => getRandomValues(new Uint32Array(1))[0] ?? 0,

    /** `console.log(message: string): void`: one line of standard output. */
    'console.log': (message: number): void => {
      const guest = current();
      guest.writeStdout(utf8(`${readString(guest, message)}\n`));
    },
  };
}

/** An AssemblyScript string, empty for null; cut at the bound. */
function readString(guest: Guest, pointer: number | undefined): string {
  if (pointer === undefined || pointer === 0) return '';
  const size = Math.min(
    guest.memory.readU32((pointer >>> 0) + SIZE_OFFSET),
    FIXED_ARGUMENT_BOUNDS.messageBytes.max,
  );
  return Buffer.from(guest.memory.read(pointer, size)).toString('utf16le');
}
