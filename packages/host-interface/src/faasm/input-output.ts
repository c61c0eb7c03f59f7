import type { HostWork } from '@faasm/faaslet';
import type { CurrentGuest, HostFamily } from '../host-function.ts';
import { SLICE_BYTES } from '../argument-bounds.ts';
import { inSlices } from '../in-slices.ts';

/** `env.__faasm_read_input` and `env.__faasm_write_output`: what a call is given and what it answers. */
export function inputOutput(current: CurrentGuest): HostFamily {
  return {
    /** `int __faasm_read_input(unsigned char *buf, int len)`: with `len` 0 the input's size, else bytes copied. */
    __faasm_read_input: (buf: number, len: number): number | HostWork<number> => {
      const { options, memory } = current();
      const { input } = options;
      if (len === 0) return input.byteLength;
      const start = buf >>> 0;
      const length = Math.min(len >>> 0, input.byteLength);
      if (length <= SLICE_BYTES) {
        memory.write(start, length === input.byteLength ? input : input.subarray(0, length));
        return length;
      }
      memory.require(start, length);
      return inSlices([{ pointer: start, length }], {
        move: (slice) => {
          const at = slice.pointer - start;
          memory.write(slice.pointer, input.subarray(at, at + slice.length));
        },
        done: () => length,
      });
    },

    /** `void __faasm_write_output(const unsigned char *ptr, int len)`: the output is exactly these bytes. */
    __faasm_write_output: (ptr: number, len: number): void => {
      current().writeOutput(ptr, len);
    },
  };
}
