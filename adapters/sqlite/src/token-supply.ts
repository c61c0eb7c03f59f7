/** Tokens that are set aside at once, so that few locks wait for the disk. */
const TOKENS_RESERVED = 1_000;

/** Tokens of locks: each is larger than all before it, those before a restart included (I7). */
export class TokenSupply {
  /** Sets `count` tokens aside that are never given out again; resolves with the last of them. */
  readonly #reserve: (count: number) => Promise<number>;
  #nextToken = 1;
  #lastToken = 0;
  #refill: Promise<void> | undefined;

  constructor(reserve: (count: number) => Promise<number>) {
    this.#reserve = reserve;
  }

  /** Whether there is none to {@link take} before it is refilled. */
  get isEmpty(): boolean {
    return this.#nextToken > this.#lastToken;
  }

  /** Sets more aside. Others may have taken them all when this resolves. */
  async refill(): Promise<void> {
    await (this.#refill ??= this.#takeMore());
  }

  /** Not while it is empty. */
  take(): number {
    return this.#nextToken++;
  }

  async #takeMore(): Promise<void> {
    try {
      this.#lastToken = await this.#reserve(TOKENS_RESERVED);
      this.#nextToken = this.#lastToken - TOKENS_RESERVED + 1;
    } finally {
      this.#refill = undefined;
    }
  }
}
