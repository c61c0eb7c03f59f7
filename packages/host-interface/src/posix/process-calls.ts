import type { Guest, HostWork } from '@faasm/faaslet';
import { FileError } from '@faasm/filesystem';
import { utf8 } from '@faasm/stdx';
import { SLICE_BYTES } from '../argument-bounds.ts';
import type { CurrentGuest, HostFamily } from '../host-function.ts';
import { answering } from '../wasi/files/answering.ts';

const FAILED = -1;
const NEWLINE = utf8('\n');

/** What is left of POSIX for descriptors, signals, children and standard output. */
export function processCalls(current: CurrentGuest): HostFamily {
  return {
    ...answering({
      /** `errno __wasi_fd_dup(fd, fd *copy)` */
      __wasi_fd_dup: (fd: number, copy: number) => {
        const guest = current();
        guest.memory.require(copy, Uint32Array.BYTES_PER_ELEMENT);
        guest.memory.writeU32(copy, guest.files.descriptors.duplicate(fd));
        return undefined;
      },
    }),

    /** `int dup(int fd)` */
    dup: (fd: number): number => orFailed(() => current().files.descriptors.duplicate(fd)),

    /** `int ioctl(int fd, int request, ...)`: nothing can be asked of a descriptor, and nothing goes wrong. */
    ioctl: (fd: number): number =>
      orFailed(() => {
        current().files.descriptors.get(fd);
        return 0;
      }),

    /** `void (*signal(int number, void (*handler)(int)))(int)`: no signal ever comes; what was there before is the default. */
    signal: () => 0,

    /** `pid_t waitpid(pid_t pid, int *status, int options)`: there are no children. */
    waitpid: () => FAILED,

    /** `noreturn void exit(int code)` */
    exit: (code: number): never => current().exit(code | 0),

    /** `int puts(const char *text)`: the text and a new line, to standard output. */
    puts: (text: number): HostWork<number> => putLine(current(), text),

    /** `int putc(int character, FILE *stream)`: to standard output, whatever the stream, which is the guest's own. */
    putc: (character: number): number => {
      current().writeStdout(Uint8Array.of(character));
      return character & 0xff;
    },
  };
}

function* putLine(guest: Guest, pointer: number): HostWork<number> {
  const { memory } = guest;
  for (let at = pointer >>> 0; ; at += SLICE_BYTES) {
    const length = memory.lengthOfText(at, SLICE_BYTES);
    memory.fill(at, length, (part) => {
      guest.writeStdout(part);
    });
    if (length < SLICE_BYTES) break;
    yield undefined;
  }
  guest.writeStdout(NEWLINE);
  return 0;
}

/** What `work` returns; -1 for what files refuse. */
function orFailed(work: () => number): number {
  try {
    return work();
  } catch (error) {
    if (error instanceof FileError) return FAILED;
    throw error;
  }
}
