import { OPCODE } from '../immediates.ts';

/** A local variable that gets the same number added each time, and the value at which its loop ends. */
export interface Countdown {
  /** Index of the local variable, an i32. */
  readonly local: number;
  /** What is added: not 0, and no more than {@link STEP_MAX} in either direction. */
  readonly step: number;
  readonly end: { readonly constant: number } | { readonly local: number };
}

/** Steps of loops over arrays are the sizes of their elements. Times the iterations between two checks, it fits in 32 bits. */
const STEP_MAX = 1_024;

/** Instructions that are remembered: the longest pattern below has six. */
const REMEMBERED = 6;

/** The last instructions that were read, to see how a loop decides whether to go on. */
export class RecentInstructions {
  readonly #opcodes = new Uint8Array(REMEMBERED);
  readonly #values = new Int32Array(REMEMBERED);
  #count = 0;

  /** Remembers an instruction; `value` is its immediate, where it is one that matters. */
  note(opcode: number, value = 0): void {
    this.#opcodes[this.#count % REMEMBERED] = opcode;
    this.#values[this.#count % REMEMBERED] = value;
    this.#count += 1;
  }

  /** The value of the last instruction, if it was a constant. */
  constant(): number | undefined {
    return this.#opcode(1) === OPCODE.i32Const ? this.#value(1) : undefined;
  }

  /**
   * The condition that these instructions leave, as compilers write it: `i + step` goes to `i`, and is compared with a
   * constant, another local variable, or 0. Undefined for any other.
   */
  countdown(): Countdown | undefined {
    const last = this.#opcode(1);
    if (last === OPCODE.localTee) return this.#stepped(1, { constant: 0 });
    if (last !== OPCODE.i32Ne) return undefined;
    if (this.#opcode(2) === OPCODE.localTee) {
      const end = this.#end(6);
      return end !== undefined && 'local' in end ? this.#stepped(2, end) : undefined;
    }
    const end = this.#end(2);
    return end === undefined ? undefined : this.#stepped(3, end);
  }

  /** `local.get i, i32.const step, i32.add, local.tee i`, the last one `back` instructions ago. */
  #stepped(back: number, end: Countdown['end']): Countdown | undefined {
    const opcodes = [3, 2, 1, 0].map((offset) => this.#opcode(back + offset));
    const [get, constant, add, tee] = opcodes;
    const isStep =
      get === OPCODE.localGet &&
      constant === OPCODE.i32Const &&
      add === OPCODE.i32Add &&
      tee === OPCODE.localTee;
    const [local, step] = [this.#value(back), this.#value(back + 2)];
    if (!isStep || this.#value(back + 3) !== local || step === 0 || Math.abs(step) > STEP_MAX)
      return undefined;
    if ('local' in end && end.local === local) return undefined;
    return { local, step, end };
  }

  #end(back: number): Countdown['end'] | undefined {
    const value = this.#value(back);
    if (this.#opcode(back) === OPCODE.i32Const) return { constant: value };
    return this.#opcode(back) === OPCODE.localGet ? { local: value } : undefined;
  }

  #opcode(back: number): number {
    return this.#count < back ? 0 : (this.#opcodes[(this.#count - back) % REMEMBERED] ?? 0);
  }

  #value(back: number): number {
    return this.#values[(this.#count - back) % REMEMBERED] ?? 0;
  }
}
