import { YIELD_NOW, type HostWork } from '@faasm/faaslet';
import { randomFillSync } from 'node:crypto';
import type { ArgumentBounds } from '../argument-bounds.ts';
import type { CurrentGuest, HostFamily } from '../host-function.ts';
import { inSlices } from '../in-slices.ts';
import { clockResolution, clockTime, isClock, isRunClock, runTime } from './clocks.ts';
import { ERRNO, type Errno } from './errno.ts';

/** `signal` of the standard, by number. */
// prettier-ignore
const SIGNALS = [
  'none', 'hup', 'int', 'quit', 'ill', 'trap', 'abrt', 'bus', 'fpe', 'kill', 'usr1', 'segv', 'usr2', 'pipe', 'alrm', 'term',
  'chld', 'cont', 'stop', 'tstp', 'ttin', 'ttou', 'urg', 'xcpu', 'xfsz', 'vtalrm', 'prof', 'winch', 'poll', 'pwr', 'sys',
];

const IGNORED_SIGNALS: ReadonlySet<string> = new Set(['none', 'chld', 'cont', 'urg', 'winch']);

/** `proc_exit`, `proc_raise`, `sched_yield`, `clock_*` and `random_get`. */
export function processClockRandom(current: CurrentGuest, bounds: ArgumentBounds): HostFamily {
  return {
    /** `noreturn proc_exit(exitcode rval)` */
    proc_exit: (code: number): never => current().exit(code | 0),

    /** `errno proc_raise(signal)`: ends the guest, unless the signal is one that programs ignore unless they handle it. */
    proc_raise: (signal: number): Errno => {
      const name = SIGNALS[signal >>> 0];
      if (name === undefined) return ERRNO.inval;
      return IGNORED_SIGNALS.has(name) ? ERRNO.success : current().trap(`Function raised the signal ${name}`);
    },

    /** `errno sched_yield(void)`: the guest goes behind all others of its user that wait for their turn. */
    sched_yield: function* (): HostWork<Errno> {
      yield YIELD_NOW;
      return ERRNO.success;
    },

    /** `errno clock_res_get(clockid id, timestamp *resolution)` */
    clock_res_get: (id: number, resolution: number): Errno => {
      if (!isClock(id) && !isRunClock(id)) return ERRNO.inval;
      current().memory.writeU64(resolution, clockResolution(id));
      return ERRNO.success;
    },

    /** `errno clock_time_get(clockid id, timestamp precision, timestamp *time)` */
    clock_time_get: (id: number, _precision: bigint, time: number): Errno => {
      const guest = current();
      if (isRunClock(id)) guest.memory.writeU64(time, runTime(guest));
      else if (isClock(id)) guest.memory.writeU64(time, clockTime(id));
      else return ERRNO.inval;
      return ERRNO.success;
    },

    /** `errno random_get(u8 *buf, size buf_len)` */
    random_get: (buf: number, length: number): Errno | HostWork<Errno> => {
      const size = length >>> 0;
      if (size > bounds.randomBytes) return ERRNO.inval;
      const { memory } = current();
      memory.require(buf, size);
      return inSlices([{ pointer: buf >>> 0, length: size }], {
        move: (slice) => {
          memory.fill(slice.pointer, slice.length, randomFillSync);
        },
        done: () => ERRNO.success,
      });
    },
  };
}
