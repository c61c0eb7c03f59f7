import { refuse, RIGHT, type NewTimes } from '@faasm/filesystem';
import type { CurrentGuest, HostFamily } from '../../host-function.ts';
import { clockTime, CLOCK } from '../clocks.ts';
import { answering } from './answering.ts';
import { encodeFilestat, encodeStreamFilestat } from './filestat.ts';
import { follows, FSTFLAGS, FSTFLAGS_ALL, knownFlags } from './flags.ts';
import { descriptorOf, directoryOf, fileOf, openFileOf, pathOf, sizeOf } from './opened.ts';

/** Times that a guest passed, in nanoseconds, and which of them it means. */
interface PassedTimes {
  readonly atim: bigint;
  readonly mtim: bigint;
  readonly flags: number;
}

/** What is known of a file, and its size and times. */
export function attributeCalls(current: CurrentGuest): HostFamily {
  return answering({
    /** `errno fd_filestat_get(fd, filestat *stat)` */
    fd_filestat_get: (fd: number, stat: number) => {
      const guest = current();
      const { target } = descriptorOf(guest, fd, RIGHT.fdFilestatGet);
      guest.memory.write(
        stat,
        target.kind === 'opened' ? encodeFilestat(target.node) : encodeStreamFilestat(),
      );
      return undefined;
    },

    /** `errno fd_filestat_set_size(fd, filesize size)` */
    fd_filestat_set_size: (fd: number, size: bigint) => {
      const guest = current();
      guest.files.tree.setSize(fileOf(guest, fd, RIGHT.fdFilestatSetSize), sizeOf(size));
      return undefined;
    },

    /** `errno fd_filestat_set_times(fd, timestamp atim, timestamp mtim, fstflags)` */
    fd_filestat_set_times: (fd: number, atim: bigint, mtim: bigint, flags: number) => {
      const guest = current();
      const { node } = openFileOf(guest, fd, RIGHT.fdFilestatSetTimes);
      guest.files.tree.setTimes(node, newTimes({ atim, mtim, flags }));
      return undefined;
    },

    /** `errno path_filestat_get(fd, lookupflags, const char *path, size path_len, filestat *stat)` */
    path_filestat_get: (fd: number, lookup: number, pointer: number, length: number, stat: number) => {
      const guest = current();
      const base = directoryOf(guest, fd, RIGHT.pathFilestatGet);
      const path = pathOf(guest, { pointer, length });
      const node = guest.files.tree.find(path, { base, follow: follows(lookup) });
      guest.memory.write(stat, encodeFilestat(node));
      return undefined;
    },

    /** `errno path_filestat_set_times(fd, lookupflags, const char *path, size path_len, timestamp atim, timestamp mtim, fstflags)` */
    path_filestat_set_times: (
      fd: number,
      lookup: number,
      pointer: number,
      length: number,
      atim: bigint,
      mtim: bigint,
      flags: number,
    ) => {
      const guest = current();
      const base = directoryOf(guest, fd, RIGHT.pathFilestatSetTimes);
      const path = pathOf(guest, { pointer, length });
      const times = newTimes({ atim, mtim, flags });
      guest.files.tree.setTimes(guest.files.tree.find(path, { base, follow: follows(lookup) }), times);
      return undefined;
    },
  });
}

/** Throws `inval` for flags that contradict each other. */
function newTimes({ atim, mtim, flags }: PassedTimes): NewTimes {
  knownFlags(flags, FSTFLAGS_ALL);
  return {
    accessedAt: newTime(flags, { set: FSTFLAGS.atim, now: FSTFLAGS.atimNow, value: atim }),
    modifiedAt: newTime(flags, { set: FSTFLAGS.mtim, now: FSTFLAGS.mtimNow, value: mtim }),
  };
}

function newTime(
  flags: number,
  { set, now, value }: { set: number; now: number; value: bigint },
): bigint | undefined {
  const [isSet, isNow] = [(flags & set) !== 0, (flags & now) !== 0];
  if (isSet && isNow) refuse('inval');
  if (isNow) return clockTime(CLOCK.realtime);
  return isSet ? BigInt.asUintN(64, value) : undefined;
}
