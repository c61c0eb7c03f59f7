import type { CallId } from '@faasm/protocol';

/** Names in Redis. All begin with `faasm:`, so that a server can be shared with care. */
export const KEYS = {
  /** Stream of calls that run, and of those that workers who listen are to take. */
  stream: 'faasm:calls',
  /** Hash: how many calls were accepted, wait, are done, are dead; bytes of inputs; the virtual time of turns. */
  counts: 'faasm:counts',
  /** Hash: calls that have not ended, by user, and bytes of their inputs. */
  outstanding: 'faasm:outstanding',
  /** Sorted set: users by their next turn. With `:` and the user, sorted set: the user's waiting calls by place. */
  turns: 'faasm:turns',
  /** Sorted set: workers that listen, by the time until they do. */
  takers: 'faasm:takers',
  /** Sorted set: ids of hosts by the time at which they expire. */
  hosts: 'faasm:hosts',
  /** Hash: what each host announced, as JSON, by id. */
  hostRecords: 'faasm:host-records',
} as const;

/** The consumer group of all workers. */
export const GROUP = 'workers';

/** Channel on which ids of calls are published that were ended from outside. */
export const ENDED_CHANNEL = 'faasm:ended';

/** Channel on which functions are named that somebody follows. */
export const FOLLOWED_CHANNEL = 'faasm:followed';

const CALL_PREFIX = 'faasm:call:';
const WAITERS_PREFIX = 'faasm:waiters:';

/** What the scripts about the queue are given, in this order. */
export const QUEUE_KEYS: readonly string[] = [
  KEYS.stream,
  KEYS.counts,
  KEYS.outstanding,
  KEYS.turns,
  KEYS.takers,
  CALL_PREFIX,
  WAITERS_PREFIX,
];

/** Hash: what is known of a call, its bytes while it waits, and its result once it is done. */
export function callKey(id: CallId): string {
  return CALL_PREFIX + id;
}

/** Set: the reply lists that are to be told of the call's end. */
export function waitersKey(id: CallId): string {
  return WAITERS_PREFIX + id;
}

/** List: ends of calls that one process waits for. */
export function replyKey(incarnation: string): string {
  return `faasm:reply:${incarnation}`;
}

/** Channel: logs of calls of one function, `user/name`. */
export function logChannel(name: string): string {
  return `faasm:log:${name}`;
}
