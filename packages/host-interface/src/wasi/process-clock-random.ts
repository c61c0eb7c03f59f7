import { randomFillSync } from 'node:crypto';
import type { CurrentGuest, HostFamily } from '../host-function.ts';
import { ERRNO, type Errno } from './errno.ts';

/** `clockid` of the standard. The processor-time clocks 2 and 3 are not offered. */
const CLOCK = { realtime: 0, monotonic: 1 } as const;

const NS_PER_MS = 1_000_000n;
const NS_PER_US = 1_000;

/** Random bytes are made in slices: one call of the generator must not block for longer. */
const RANDOM_SLICE_BYTES = 65_536;

/** `proc_exit`, `sched_yield`, `clock_*` and `random_get`. */
export function processClockRandom(current: CurrentGuest): HostFamily {
  return {
    /** `noreturn proc_exit(exitcode rval)` */
    proc_exit: (code: number): never => current().exit(code | 0),

    /** `errno sched_yield(void)` */
    sched_yield: (): Errno => ERRNO.success,

    /** `errno clock_res_get(clockid id, timestamp *resolution)` */
    clock_res_get: (id: number, resolution: number): Errno => {
      if (id !== CLOCK.realtime && id !== CLOCK.monotonic) return ERRNO.inval;
      current().memory.writeU64(resolution, id === CLOCK.realtime ? NS_PER_MS : BigInt(NS_PER_US));
      return ERRNO.success;
    },

    /** `errno clock_time_get(clockid id, timestamp precision, timestamp *time)` */
    clock_time_get: (id: number, _precision: bigint, time: number): Errno => {
      if (id !== CLOCK.realtime && id !== CLOCK.monotonic) return ERRNO.inval;
      const now = id === CLOCK.realtime ? BigInt(Date.now()) * NS_PER_MS : process.hrtime.bigint();
      current().memory.writeU64(time, now);
      return ERRNO.success;
    },

    /** `errno random_get(u8 *buf, size buf_len)` */
    random_get: (buf: number, length: number): Errno => {
      current().memory.fill(buf, length, (view) => {
        for (let offset = 0; offset < view.byteLength; offset += RANDOM_SLICE_BYTES) {
          randomFillSync(view.subarray(offset, offset + RANDOM_SLICE_BYTES));
        }
      });
      return ERRNO.success;
    },
  };
}
