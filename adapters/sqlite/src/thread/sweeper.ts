import type { DatabaseSync } from 'node:sqlite';
import { leftOver } from './staging-table.ts';

/** Chunks that one step removes: 4 MiB, so that nobody waits long for it. */
const STEP_CHUNKS = 64;

/** Gives back, step by step, what deleted values and ended pushes take on the disk. A kill in between loses nothing. */
export class Sweeper {
  readonly #dropped;
  readonly #forget;
  readonly #chunkSteps;
  readonly #stagedSteps;
  /** Pushes that were made or given up. */
  readonly #ended: Set<number>;

  /** What an earlier process began to push is of no use any more. */
  constructor(database: DatabaseSync) {
    this.#ended = new Set(leftOver(database));
    this.#dropped = database.prepare('SELECT id FROM value WHERE user IS NULL LIMIT 1');
    this.#forget = database.prepare('DELETE FROM value WHERE id = ?');
    const first = `LIMIT ${STEP_CHUNKS}`;
    this.#chunkSteps = [
      `DELETE FROM content WHERE id IN (SELECT content FROM chunk WHERE value = ?1 ORDER BY number ${first})`,
      `DELETE FROM chunk WHERE value = ?1 AND number IN
       (SELECT number FROM chunk WHERE value = ?1 ORDER BY number ${first})`,
    ].map((sql) => database.prepare(sql));
    this.#stagedSteps = [
      `DELETE FROM content WHERE id IN (SELECT content FROM staged WHERE push = ?1 ORDER BY number ${first})`,
      `DELETE FROM staged WHERE push = ?1 AND number IN
       (SELECT number FROM staged WHERE push = ?1 ORDER BY number ${first})`,
      `DELETE FROM staged_part WHERE push = ?1 AND start IN
       (SELECT start FROM staged_part WHERE push = ?1 ORDER BY start ${first})`,
    ].map((sql) => database.prepare(sql));
  }

  /** Whether there is something to remove. */
  get hasWork(): boolean {
    return this.#ended.size > 0 || this.#dropped.get() !== undefined;
  }

  /** Lets the bytes that are staged for a push be removed. */
  end(push: number): void {
    this.#ended.add(push);
  }

  /** Removes some, inside a transaction. */
  step(): void {
    const [push] = this.#ended;
    if (push !== undefined) {
      if (removed(this.#stagedSteps, push) === 0) this.#ended.delete(push);
      return;
    }
    const value = this.#dropped.get() as { id: number } | undefined;
    if (value !== undefined && removed(this.#chunkSteps, value.id) === 0) this.#forget.run(value.id);
  }
}

function removed(steps: ReturnType<DatabaseSync['prepare']>[], owner: number): number {
  return steps.reduce((sum, step) => sum + Number(step.run(owner).changes), 0);
}
