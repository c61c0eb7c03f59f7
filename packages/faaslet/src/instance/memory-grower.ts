import { isFaasmError } from '@faasm/protocol';
import type { MemorySlot } from '../memory/memory-slot.ts';

/**
 * `(module (import "h" "g" (func (param i32) (result i32))) (export "g" (func 0)))`: makes of a JavaScript function one
 * that a global of a prepared module can refer to.
 */
// prettier-ignore
const FORWARDER = Uint8Array.of(
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00,
  0x01, 0x06, 0x01, 0x60, 0x01, 0x7f, 0x01, 0x7f,
  0x02, 0x07, 0x01, 0x01, 0x68, 0x01, 0x67, 0x00, 0x00,
  0x07, 0x05, 0x01, 0x01, 0x67, 0x00, 0x00,
);

/** The memory that `memory.grow` means now, and its limit. */
export interface GrowingMemory {
  readonly slot: MemorySlot;
  readonly pagesMax: number;
}

/** The host's side of `memory.grow`, for all Faaslets of a thread: a function that prepared modules call. */
export class MemoryGrower {
  /** What prepared modules are given. */
  readonly exported: WebAssembly.ExportValue;
  /** Set when a guest is entered. */
  current: GrowingMemory | undefined;

  constructor() {
    const grow = (delta: number): number =>
      this.current === undefined ? FAILED : growOrFail(this.current, delta >>> 0);
    const { g } = new WebAssembly.Instance(new WebAssembly.Module(FORWARDER), { h: { g: grow } }).exports;
    if (g === undefined) throw new TypeError('The forwarder exports no function');
    this.exported = g;
  }
}

/** What `memory.grow` returns when there is no more. */
const FAILED = -1;

/** For a guest a host that has no more is a memory that does not grow. */
function growOrFail({ slot, pagesMax }: GrowingMemory, delta: number): number {
  try {
    return slot.grow(delta, pagesMax);
  } catch (error) {
    if (isFaasmError(error, 'host.capacity')) return FAILED;
    throw error;
  }
}
