const WORD_BITS = 32;

/**
 * Bits in memory that threads share, set and cleared with atomic operations, so that no thread undoes what another does
 * beside it.
 */
export class BitSet {
  readonly #words: Int32Array;

  /** Bits on the words of `shared` from byte `offset` on: as many as {@link BitSet.bytesFor} was asked for. */
  constructor(shared: SharedArrayBuffer, { offset, bits }: { offset: number; bits: number }) {
    this.#words = new Int32Array(shared, offset, Math.ceil(bits / WORD_BITS));
  }

  /** How many bytes so many bits take. */
  static bytesFor(bits: number): number {
    return Math.ceil(bits / WORD_BITS) * Int32Array.BYTES_PER_ELEMENT;
  }

  has(bit: number): boolean {
    return (Atomics.load(this.#words, bit >>> 5) & (1 << (bit & 31))) !== 0;
  }

  /** Sets bits from `start` up to, but not with, `end`. */
  set(start: number, end: number): void {
    for (const { word, mask } of masks(start, end)) {
      if ((Atomics.load(this.#words, word) & mask) !== mask) Atomics.or(this.#words, word, mask);
    }
  }

  /** Clears bits, as `set` sets them. */
  clear(start: number, end: number): void {
    for (const { word, mask } of masks(start, end)) {
      if ((Atomics.load(this.#words, word) & mask) !== 0) Atomics.and(this.#words, word, ~mask);
    }
  }

  /** Clears bits and returns those that were set, as runs in order; what is set meanwhile stays set. */
  take(start: number, end: number): { start: number; end: number }[] {
    const runs: { start: number; end: number }[] = [];
    for (const { word, mask } of masks(start, end)) {
      if ((Atomics.load(this.#words, word) & mask) === 0) continue;
      addRuns(runs, word * WORD_BITS, Atomics.and(this.#words, word, ~mask) & mask);
    }
    return runs;
  }

  /** The runs of bits that are not set, in order. */
  missing(start: number, end: number): { start: number; end: number }[] {
    const runs: { start: number; end: number }[] = [];
    for (const { word, mask } of masks(start, end))
      addRuns(runs, word * WORD_BITS, ~Atomics.load(this.#words, word) & mask);
    return runs;
  }

  /** The runs of bits that are set, in order. */
  present(start: number, end: number): { start: number; end: number }[] {
    const runs: { start: number; end: number }[] = [];
    for (const { word, mask } of masks(start, end))
      addRuns(runs, word * WORD_BITS, Atomics.load(this.#words, word) & mask);
    return runs;
  }

  /** Whether any is set. */
  any(start: number, end: number): boolean {
    for (const { word, mask } of masks(start, end)) {
      if ((Atomics.load(this.#words, word) & mask) !== 0) return true;
    }
    return false;
  }

  /** Whether all are set. */
  all(start: number, end: number): boolean {
    for (const { word, mask } of masks(start, end)) {
      if ((Atomics.load(this.#words, word) & mask) !== mask) return false;
    }
    return true;
  }
}

/** The words that bits lie in, and which of their bits are meant. */
function* masks(start: number, end: number): Generator<{ word: number; mask: number }> {
  for (let at = start; at < end;) {
    const word = at >>> 5;
    const from = at & 31;
    const count = Math.min(WORD_BITS - from, end - at);
    yield { word, mask: count === WORD_BITS ? -1 : ((1 << count) - 1) << from };
    at += count;
  }
}

/** Adds the runs of one word's bits, the first of which may continue the run before. */
function addRuns(runs: { start: number; end: number }[], base: number, bits: number): void {
  if (bits === -1) {
    addRun(runs, base, base + WORD_BITS);
    return;
  }
  for (let bit = 0; bit < WORD_BITS;) {
    const rest = bits >>> bit;
    if (rest === 0) return;
    const start = bit + trailingZeros(rest);
    const ones = trailingZeros(~(bits >>> start));
    bit = Math.min(WORD_BITS, start + ones);
    addRun(runs, base + start, base + bit);
  }
}

function addRun(runs: { start: number; end: number }[], start: number, end: number): void {
  const last = runs.at(-1);
  if (last?.end === start) last.end = end;
  else runs.push({ start, end });
}

function trailingZeros(bits: number): number {
  return bits === 0 ? WORD_BITS : 31 - Math.clz32(bits & -bits);
}
