import type { CheckPlan } from './check-plan.ts';
import { CODE, type Code } from './code-builder.ts';

/** A counter in the code whose value is only known when its loop was read. */
interface Refill {
  readonly code: Uint8Array;
  readonly depth: number;
  readonly start: number;
  calledBytes: number;
}

/** Signed LEB128 of a fixed width, so that it can be written later: enough for 2 ** 20. */
const CONSTANT_BYTES = 3;

/**
 * The blocks that are open where a function body is read. Each loop becomes two: an outer one that checks and refills a
 * counter, and an inner one, the guest's, that goes back to the outer one when the counter is used up. A branch out of
 * such a pair passes one label more than before.
 */
export class BlockStack {
  readonly #plan: CheckPlan;
  /** For each open block, how many loops were doubled from the function's body down to it, itself included. */
  readonly #doubled: number[] = [0];
  /** The open loops. */
  readonly #loops: Refill[] = [];
  /** Loops that were open at once, at most: as many counters are needed. */
  #countersUsed = 0;

  constructor(plan: CheckPlan) {
    this.#plan = plan;
  }

  get countersUsed(): number {
    return this.#countersUsed;
  }

  /** A block opens that is no loop. */
  open(): void {
    this.#doubled.push(this.#top);
  }

  /**
   * A loop opens at byte `start`. The code that stands in for its opcode and block type: the check is above the loop's
   * parameters, which both loops take.
   */
  openLoop(
    blockType: Uint8Array,
    { start, check, firstCounter }: { start: number; check: Code; firstCounter: number },
  ): Uint8Array[] {
    const depth = this.#loops.length;
    const counter = firstCounter + depth;
    const code = Uint8Array.from([
      ...CODE.i32Fixed(0, CONSTANT_BYTES),
      ...CODE.localSet(counter),
      ...CODE.loop,
    ]);
    this.#loops.push({ code, depth: this.#doubled.length, start, calledBytes: 0 });
    this.#countersUsed = Math.max(this.#countersUsed, this.#loops.length);
    this.#doubled.push(this.#top + 1);
    const countDown = [
      ...CODE.localGet(counter),
      ...CODE.i32(1),
      ...CODE.i32Sub,
      ...CODE.localTee(counter),
      ...CODE.i32Eqz,
      ...CODE.brIf(1),
    ];
    const open = Uint8Array.from(CODE.loop);
    return [open, blockType, Uint8Array.from(check), code, blockType, Uint8Array.from(countDown)];
  }

  /** The loops that are open run a call that can run so many bytes of code without a check. */
  called(bytes: number): void {
    const loop = this.#loops.at(-1);
    if (loop !== undefined) loop.calledBytes += bytes;
  }

  /** A block ends before byte `end`. Whether it was a loop, which ends twice. */
  close(end: number): boolean {
    const loop = this.#loops.at(-1);
    this.#doubled.pop();
    if (loop?.depth !== this.#doubled.length) return false;
    this.#loops.pop();
    const interval = this.#plan.interval(end - loop.start + loop.calledBytes);
    loop.code.set(CODE.i32Fixed(interval, CONSTANT_BYTES), 0);
    return true;
  }

  /** The label that means the block which `label` meant: branches pass one label more for each loop in between. */
  label(label: number): number {
    const target = this.#doubled.at(-1 - label) ?? 0;
    return label + this.#top - target;
  }

  get #top(): number {
    return this.#doubled.at(-1) ?? 0;
  }
}
