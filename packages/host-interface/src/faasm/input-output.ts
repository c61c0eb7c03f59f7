import type { CurrentGuest, HostFamily } from '../host-function.ts';

/** `env.__faasm_read_input` and `env.__faasm_write_output`: what a call is given and what it answers. */
export function inputOutput(current: CurrentGuest): HostFamily {
  return {
    /** `int __faasm_read_input(unsigned char *buf, int len)`: with `len` 0 the input's size, else bytes copied. */
    __faasm_read_input: (buf: number, len: number): number => {
      const guest = current();
      const { input } = guest.options;
      if (len === 0) return input.byteLength;
      const copied = input.subarray(0, len >>> 0);
      guest.memory.write(buf, copied);
      return copied.byteLength;
    },

    /** `void __faasm_write_output(const unsigned char *ptr, int len)`: the output is exactly these bytes. */
    __faasm_write_output: (ptr: number, len: number): void => {
      current().writeOutput(ptr, len);
    },
  };
}
