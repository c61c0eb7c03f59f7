import type { QueueBounds } from '@faasm/scheduler';

/** What a Redis backend is told. */
export interface RedisBackendOptions extends QueueBounds {
  readonly host: string;
  readonly port: number;
  /** Unique to this incarnation of the process: the name of its consumer and of its reply list. */
  readonly incarnation: string;
  /** How long the result of an asynchronous call is kept, in milliseconds. */
  readonly resultTtlMs: number;
  /** How long a lease lasts without renewal, in milliseconds. */
  readonly leaseMs: number;
  /** How often an asynchronous call is delivered, at most. */
  readonly deliveriesMax: number;
  /** Told of what goes wrong in the background; the backend goes on by itself. */
  readonly onError: (error: unknown) => void;
}

/**
 * How long the result of a synchronous call stays after it was handed over, in milliseconds: long enough for an edge
 * that lost its connection to find it.
 */
export const SYNC_RESULT_TTL_MS = 60_000;

/** How long a reply waits for its edge, in milliseconds; after that the edge is dead. */
export const REPLY_TTL_MS = 60_000;
