import type { CallId } from '@faasm/protocol';

/** Names in Redis. All begin with `faasm:`, so that a server can be shared with care. */
export const KEYS = {
  /** Stream of calls that are queued or running. */
  stream: 'faasm:calls',
  /** Hash: how many calls were accepted, are done, are dead. */
  counts: 'faasm:counts',
  /** Hash: calls that have not ended, by user. */
  outstanding: 'faasm:outstanding',
  /** Sorted set: ids of hosts by the time at which they expire. */
  hosts: 'faasm:hosts',
  /** Hash: what each host announced, as JSON, by id. */
  hostRecords: 'faasm:host-records',
} as const;

/** The consumer group of all workers. */
export const GROUP = 'workers';

/** Channel on which ids of calls are published that were ended from outside. */
export const ENDED_CHANNEL = 'faasm:ended';

/** Hash: what is known of a call, and its result once it is done. */
export function callKey(id: CallId): string {
  return `faasm:call:${id}`;
}

/** Set: the reply lists that are to be told of the call's end. */
export function waitersKey(id: CallId): string {
  return `faasm:waiters:${id}`;
}

/** List: ends of calls that one process waits for. */
export function replyKey(incarnation: string): string {
  return `faasm:reply:${incarnation}`;
}
