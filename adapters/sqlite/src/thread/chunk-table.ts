import { byChunk, CHUNK_BYTES, chunksOf, type ByteRange, type Piece } from '@faasm/state';
import type { DatabaseSync } from 'node:sqlite';
import type { StoredValue } from './value-table.ts';

interface ChunkRow {
  readonly number: number;
  readonly bytes: Uint8Array;
}

/** The bytes of values, a row a chunk. Chunks without a row hold zeros. */
export class ChunkTable {
  readonly #select;
  readonly #add;
  readonly #name;
  readonly #find;
  readonly #replace;

  constructor(database: DatabaseSync) {
    this.#select = database.prepare(
      `SELECT number, bytes FROM chunk JOIN content ON content.id = chunk.content
       WHERE value = ? AND number >= ? AND number < ? ORDER BY number`,
    );
    this.#add = database.prepare('INSERT INTO content (bytes) VALUES (?)');
    this.#name = database.prepare('INSERT INTO chunk (value, number, content) VALUES (?, ?, ?)');
    this.#find = database.prepare('SELECT content FROM chunk WHERE value = ? AND number = ?');
    this.#replace = database.prepare('UPDATE content SET bytes = ? WHERE id = ?');
  }

  /** The bytes of a range that is inside the value, in one piece. */
  read({ id }: StoredValue, range: ByteRange): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(range.end - range.start);
    const chunks = chunksOf(range);
    for (const row of this.#select.iterate(id, chunks.start, chunks.end)) {
      const { number, bytes: found } = row as unknown as ChunkRow;
      const base = number * CHUNK_BYTES;
      const skipped = Math.max(0, range.start - base);
      bytes.set(found.subarray(skipped, range.end - base), base + skipped - range.start);
    }
    return bytes;
  }

  /** Writes bytes that are inside the value. */
  write(value: StoredValue, { offset, bytes }: Piece): void {
    for (const { chunk, start, end } of byChunk({ start: offset, end: offset + bytes.byteLength })) {
      const part = bytes.subarray(start - offset, end - offset);
      const whole = wholeChunk(chunk, value.sizeBytes);
      const known = this.#find.get(value.id, chunk) as { content: number } | undefined;
      let content = part;
      if (part.byteLength < whole.end - whole.start) {
        content = this.read(value, whole);
        content.set(part, start - whole.start);
      }
      if (known === undefined) this.#name.run(value.id, chunk, this.addContent(content));
      else this.replaceContent(known.content, content);
    }
  }

  /** Stores the bytes of a chunk that no value has yet; the number that names them. */
  addContent(bytes: Uint8Array): number {
    return Number(this.#add.run(bytes).lastInsertRowid);
  }

  /** Puts other bytes in the place of those that `content` names. */
  replaceContent(content: number, bytes: Uint8Array): void {
    this.#replace.run(bytes, content);
  }
}

/** The bytes that a chunk of a value has; the last one may be shorter. */
export function wholeChunk(chunk: number, sizeBytes: number): ByteRange {
  const start = chunk * CHUNK_BYTES;
  return { start, end: Math.min(sizeBytes, start + CHUNK_BYTES) };
}
