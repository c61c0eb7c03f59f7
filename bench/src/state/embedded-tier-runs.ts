import { SqliteGlobalTier } from '@faasm/adapter-sqlite';
import { stateKey, type StateKey } from '@faasm/state';
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monotonicMs } from '../machine/monotonic.ts';

/** How large the value is that is read, in bytes. */
const READ_BYTES = 64 * 1024 * 1024;

/** What a read hands over at once, and a plain file is read in, in bytes. */
const PART_BYTES = 1024 * 1024;

const MS_PER_S = 1_000;

const MIB = 1024 * 1024;

/** Pushes, or what they are compared with, over a time. */
export interface PushFigures {
  readonly perSecond: number;
  /** Medians and tails of how long one took, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** How to push. */
export interface PushTerms {
  readonly sizeBytes: number;
  /** How many pushes are under way, each to a value of its own. */
  readonly atOnce: number;
  readonly seconds: number;
}

/** Pushes to an embedded tier and reads from it, beside plain files in the same folder. */
export class EmbeddedTierRuns {
  readonly #folder: string;
  readonly #tier: SqliteGlobalTier;
  readonly #file: FileHandle;

  private constructor(folder: string, tier: SqliteGlobalTier, file: FileHandle) {
    this.#folder = folder;
    this.#tier = tier;
    this.#file = file;
  }

  /** Makes a tier and a file with a value to read. Close it in the end. */
  static async make(): Promise<EmbeddedTierRuns> {
    const folder = await mkdtemp(join(tmpdir(), 'faasm-bench-state-'));
    const tier = await SqliteGlobalTier.open({ path: join(folder, 'state.sqlite') });
    const file = await open(join(folder, 'plain'), 'w+');
    const bytes = new Uint8Array(READ_BYTES).fill(7);
    await tier.push(LARGE, { sizeBytes: READ_BYTES, pieces: inParts(bytes) });
    await file.write(bytes, 0, READ_BYTES, 0);
    await file.sync();
    return new EmbeddedTierRuns(folder, tier, file);
  }

  async push({ sizeBytes, ...terms }: PushTerms): Promise<PushFigures> {
    const versions = otherBytes(sizeBytes);
    return await repeat(terms, async (lane, turn) => {
      const bytes = versions[turn % 2] ?? new Uint8Array(0);
      await this.#tier.push(stateKey('bench', `${sizeBytes}-${lane}`), {
        sizeBytes,
        pieces: [{ offset: 0, bytes }],
      });
    });
  }

  /** The same bytes written to a plain file and flushed. */
  async writeAndFlush({ sizeBytes, ...terms }: PushTerms): Promise<PushFigures> {
    const versions = otherBytes(sizeBytes);
    return await repeat(terms, async (_lane, turn) => {
      const bytes = versions[turn % 2] ?? new Uint8Array(0);
      await this.#file.write(bytes, 0, sizeBytes, 0);
      await this.#file.datasync();
    });
  }

  /** Reads the large value; in MiB a second. */
  async read(): Promise<number> {
    const from = monotonicMs();
    const reading = await this.#tier.read(LARGE, {
      ranges: [{ start: 0, end: READ_BYTES }],
      sameVersion: true,
    });
    let read = 0;
    for await (const { bytes } of reading?.pieces ?? []) read += bytes.byteLength;
    if (read !== READ_BYTES) throw new Error(`Read ${read} of ${READ_BYTES} bytes`);
    return speedSince(from);
  }

  /** Reads the same bytes from a plain file; in MiB a second. */
  async readFile(): Promise<number> {
    const from = monotonicMs();
    for (let at = 0; at < READ_BYTES; at += PART_BYTES)
      await this.#file.read(new Uint8Array(PART_BYTES), 0, PART_BYTES, at);
    return speedSince(from);
  }

  async close(): Promise<void> {
    await this.#tier.close();
    await this.#file.close();
    await rm(this.#folder, { recursive: true });
  }
}

const LARGE: StateKey = stateKey('bench', 'large');

/** Two versions of a value that differ in each byte: SQLite does not write a page that stays as it was. */
function otherBytes(sizeBytes: number): readonly Uint8Array[] {
  return [1, 2].map((byte) => new Uint8Array(sizeBytes).fill(byte));
}

function* inParts(bytes: Uint8Array): Generator<{ offset: number; bytes: Uint8Array }> {
  for (let offset = 0; offset < bytes.byteLength; offset += PART_BYTES)
    yield { offset, bytes: bytes.subarray(offset, offset + PART_BYTES) };
}

function speedSince(from: number): number {
  return (READ_BYTES / MIB / (monotonicMs() - from)) * MS_PER_S;
}

/** Does something again and again for a time, in `atOnce` lanes. */
async function repeat(
  { atOnce, seconds }: { atOnce: number; seconds: number },
  action: (lane: number, turn: number) => Promise<void>,
): Promise<PushFigures> {
  const took: number[] = [];
  const from = monotonicMs();
  const until = from + seconds * MS_PER_S;
  const run = async (lane: number): Promise<void> => {
    let turn = 0;
    for (let now = monotonicMs(); now < until;) {
      await action(lane, turn++);
      const end = monotonicMs();
      took.push(end - now);
      now = end;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, (_, lane) => run(lane)));
  const perSecond = (took.length / (monotonicMs() - from)) * MS_PER_S;
  took.sort((one, other) => one - other);
  const quantile = (share: number): number => took[Math.floor(share * (took.length - 1))] ?? 0;
  return { perSecond, p50: quantile(0.5), p99: quantile(0.99) };
}
