import { byChunk, type Piece } from '@faasm/state';
import type { DatabaseSync } from 'node:sqlite';
import { wholeChunk, type ChunkTable } from './chunk-table.ts';
import type { StoredValue } from './value-table.ts';

/**
 * Bytes of pushes that are too large for one message, until the push is made. Whole chunks are stored as they will stay and
 * are given to the value by name; what they displace takes their place here, and is removed by the sweeper.
 */
export class StagingTable {
  readonly #chunks: ChunkTable;
  readonly #find;
  readonly #add;
  readonly #addPart;
  readonly #displace;
  readonly #give;
  readonly #takeBack;
  readonly #parts;
  #lastPush: number;

  constructor(database: DatabaseSync, chunks: ChunkTable) {
    this.#chunks = chunks;
    this.#find = database.prepare('SELECT content FROM staged WHERE push = ? AND number = ?');
    this.#add = database.prepare('INSERT INTO staged (push, number, content) VALUES (?, ?, ?)');
    this.#addPart = database.prepare(
      'INSERT OR REPLACE INTO staged_part (push, start, bytes) VALUES (?, ?, ?)',
    );
    this.#displace = database.prepare(
      `UPDATE staged SET displaced = (SELECT content FROM chunk WHERE value = ? AND chunk.number = staged.number)
       WHERE push = ?`,
    );
    this.#give = database.prepare(
      `INSERT OR REPLACE INTO chunk (value, number, content)
       SELECT ?, number, content FROM staged WHERE push = ?`,
    );
    this.#takeBack = database.prepare('UPDATE staged SET content = displaced WHERE push = ?');
    this.#parts = database.prepare('SELECT start, bytes FROM staged_part WHERE push = ?');
    this.#lastPush = leftOver(database).at(-1) ?? 0;
  }

  /** A number for a push that no bytes were staged for, not even before a restart. */
  begin(): number {
    return (this.#lastPush += 1);
  }

  /** Keeps bytes for a push to a value of `sizeBytes`. */
  stage(push: number, { offset, bytes }: Piece, sizeBytes: number): void {
    for (const { chunk, start, end } of byChunk({ start: offset, end: offset + bytes.byteLength })) {
      const part = bytes.subarray(start - offset, end - offset);
      const whole = wholeChunk(chunk, sizeBytes);
      if (start === whole.start && end === whole.end) this.#stageChunk(push, { chunk, bytes: part });
      else this.#addPart.run(push, start, part);
    }
  }

  /** Writes what was staged for a push to the value. What is left is of no use. */
  apply(push: number, value: StoredValue): void {
    this.#displace.run(value.id, push);
    this.#give.run(value.id, push);
    this.#takeBack.run(push);
    for (const row of this.#parts.iterate(push)) {
      const { start: offset, bytes } = row as unknown as { start: number; bytes: Uint8Array };
      this.#chunks.write(value, { offset, bytes });
    }
  }

  #stageChunk(push: number, { chunk, bytes }: { chunk: number; bytes: Uint8Array }): void {
    const known = this.#find.get(push, chunk) as { content: number } | undefined;
    if (known === undefined) this.#add.run(push, chunk, this.#chunks.addContent(bytes));
    else this.#chunks.replaceContent(known.content, bytes);
  }
}

/** The pushes for which there are bytes, in order. */
export function leftOver(database: DatabaseSync): number[] {
  const rows = database
    .prepare('SELECT push FROM staged UNION SELECT push FROM staged_part ORDER BY push')
    .all();
  return rows.map(({ push }) => Number(push));
}
