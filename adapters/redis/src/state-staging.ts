import { CHUNK_BYTES } from '@faasm/state';
import { randomUUID } from 'node:crypto';
import type { Argument, Connection } from './connection.ts';
import { stagedPrefix } from './state-names.ts';
import { packedBytes, packNumbers, packRuns, type Run } from './state-runs.ts';

/** What of a push is held here until it is staged, in bytes; a push that is not larger, nor in too many runs, goes in one command. */
const HELD_BYTES_MAX = 4 * CHUNK_BYTES;

/**
 * How many runs of a chunk are written one by one while all of Redis waits, about 1 us each. A chunk that has more is staged
 * with a mask instead, which takes as long whatever is in it.
 */
const RUNS_PER_CHUNK_MAX = 128;

/** After which what was staged goes by itself, in milliseconds: a push must be made before. */
const STAGED_TTL_MS = 300_000;

/** How many names one command removes. */
const DISCARD_NAMES = 1_000;

interface HeldChunk {
  readonly runs: Run[];
  bytes: number;
}

/** The bytes of one push on their way: the last of them here, those before in Redis, where nobody sees them. */
export class Staging {
  readonly #connection: Connection;
  readonly #sizeBytes: number;
  readonly #prefix: string = stagedPrefix(randomUUID());
  readonly #held = new Map<number, HeldChunk>();
  #heldBytes = 0;
  #staged = 0;
  readonly #whole: number[] = [];
  readonly #masked: number[] = [];
  readonly #runs: number[] = [];

  /** `sizeBytes` is that of the value. */
  constructor(connection: Connection, sizeBytes: number) {
    this.#connection = connection;
    this.#sizeBytes = sizeBytes;
  }

  /** Takes runs, and stages what is too much to hold. */
  async add(runs: readonly Run[]): Promise<void> {
    for (const run of runs) this.#hold(run);
    if (this.#heldBytes <= HELD_BYTES_MAX) return;
    const sent = [...this.#held].flatMap(([chunk, held]) =>
      held.bytes === this.#lengthOf(chunk) ? [this.#stageWhole(chunk, held)] : [],
    );
    if (this.#heldBytes > HELD_BYTES_MAX) sent.push(...this.#stageParts());
    await Promise.all(sent);
  }

  /** Nothing more will be added: stages what is held in too many runs for one command. */
  async finish(): Promise<void> {
    const dense = [...this.#held].filter(([, { runs }]) => runs.length > RUNS_PER_CHUNK_MAX);
    await Promise.all(dense.map(([chunk, held]) => this.#stageMasked(chunk, held)));
  }

  /** What the script is given that makes the push visible. */
  plan(): Argument[] {
    const held = packRuns([...this.#held.values()].flatMap(({ runs }) => runs));
    return [held, this.#prefix, ...[this.#whole, this.#masked, this.#runs].map(packNumbers)];
  }

  /** Removes what was staged, of a push that is not made. */
  async discard(): Promise<void> {
    for (let first = 0; first < this.#staged; first += DISCARD_NAMES) {
      const count = Math.min(DISCARD_NAMES, this.#staged - first);
      const names = Array.from({ length: count }, (_, i) => this.#prefix + String(first + i));
      await this.#connection.command('UNLINK', ...names);
    }
  }

  #lengthOf(chunk: number): number {
    return Math.min(CHUNK_BYTES, this.#sizeBytes - chunk * CHUNK_BYTES);
  }

  #hold(run: Run): void {
    const held = this.#held.get(run.chunk) ?? { runs: [], bytes: 0 };
    held.runs.push(run);
    held.bytes += run.bytes.byteLength;
    this.#heldBytes += packedBytes(run);
    this.#held.set(run.chunk, held);
  }

  #release(chunk: number, { runs }: HeldChunk): void {
    this.#held.delete(chunk);
    for (const run of runs) this.#heldBytes -= packedBytes(run);
  }

  async #stageWhole(chunk: number, held: HeldChunk): Promise<void> {
    this.#release(chunk, held);
    this.#whole.push(chunk, this.#staged);
    const [first] = held.runs;
    await this.#stage(
      held.runs.length === 1 && first !== undefined ? first.bytes : this.#assembled(chunk, held),
    );
  }

  /** Stages all chunks of which not all bytes are there. */
  #stageParts(): Promise<void>[] {
    const sent: Promise<void>[] = [];
    const few: Run[] = [];
    for (const [chunk, held] of this.#held) {
      if (held.runs.length <= RUNS_PER_CHUNK_MAX) {
        this.#release(chunk, held);
        few.push(...held.runs);
        continue;
      }
      sent.push(this.#stageMasked(chunk, held));
    }
    if (few.length > 0) {
      this.#runs.push(this.#staged);
      sent.push(this.#stage(packRuns(few)));
    }
    return sent;
  }

  /** Stages a chunk's bytes, and which of them count. */
  async #stageMasked(chunk: number, held: HeldChunk): Promise<void> {
    this.#release(chunk, held);
    this.#masked.push(chunk, this.#staged);
    const mask = Buffer.alloc(this.#lengthOf(chunk));
    for (const { offset, bytes } of held.runs) mask.fill(0xff, offset, offset + bytes.byteLength);
    await Promise.all([this.#stage(this.#assembled(chunk, held)), this.#stage(mask)]);
  }

  #assembled(chunk: number, { runs }: HeldChunk): Buffer {
    const assembled = Buffer.alloc(this.#lengthOf(chunk));
    for (const { offset, bytes } of runs) assembled.set(bytes, offset);
    return assembled;
  }

  async #stage(bytes: Buffer): Promise<void> {
    const name = this.#prefix + String(this.#staged);
    this.#staged += 1;
    await this.#connection.command('SET', name, bytes, 'PX', String(STAGED_TTL_MS));
  }
}
