import type { CallId } from '@faasm/protocol';
import type { CallEntry } from './call-entry.ts';

/** Buckets of an empty table; a power of two. */
const BUCKETS_MIN = 1_024;

/** How much of an id is hashed, from its end: these 40 bits are random. */
const HASHED_CHARS = 8;

/**
 * Calls by id. Each entry holds the link to the next one of its bucket, so that a call that comes and goes leaves nothing
 * behind. A `Map` makes a table of every few calls, which outlive the calls, and enters each id into V8's table of strings.
 */
export class CallTable {
  #buckets: (CallEntry | undefined)[] = emptyBuckets(BUCKETS_MIN);
  #size = 0;

  get(id: CallId): CallEntry | undefined {
    let entry = this.#buckets[this.#bucketOf(id)];
    while (entry !== undefined && entry.call.id !== id) entry = entry.nextInBucket;
    return entry;
  }

  /** Adds the entry of a call that is not in the table. */
  add(entry: CallEntry): void {
    if (this.#size === this.#buckets.length) this.#grow();
    this.#size += 1;
    this.#insert(entry);
  }

  /** Removes the entry of a call, if it is there. */
  delete(id: CallId): void {
    const bucket = this.#bucketOf(id);
    let before: CallEntry | undefined;
    let entry = this.#buckets[bucket];
    while (entry !== undefined && entry.call.id !== id) {
      before = entry;
      entry = entry.nextInBucket;
    }
    if (entry === undefined) return;
    if (before === undefined) this.#buckets[bucket] = entry.nextInBucket;
    else before.nextInBucket = entry.nextInBucket;
    entry.nextInBucket = undefined;
    this.#size -= 1;
  }

  #insert(entry: CallEntry): void {
    const bucket = this.#bucketOf(entry.call.id);
    entry.nextInBucket = this.#buckets[bucket];
    this.#buckets[bucket] = entry;
  }

  #grow(): void {
    const full = this.#buckets;
    this.#buckets = emptyBuckets(2 * full.length);
    for (const first of full) {
      let entry = first;
      while (entry !== undefined) {
        const next = entry.nextInBucket;
        this.#insert(entry);
        entry = next;
      }
    }
  }

  #bucketOf(id: CallId): number {
    let hash = 0;
    for (let i = Math.max(0, id.length - HASHED_CHARS); i < id.length; i++) {
      hash = (Math.imul(hash, 31) + id.charCodeAt(i)) | 0;
    }
    return hash & (this.#buckets.length - 1);
  }
}

function emptyBuckets(length: number): (CallEntry | undefined)[] {
  return Array.from({ length }, () => undefined);
}
