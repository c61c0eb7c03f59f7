import { formatStateKey, type StateKey } from '@faasm/state';

/**
 * Names in Redis of what belongs to a state key. What a name is of comes first, a user has no slash, and what is added to a
 * key is digits: so that no two keys share a name, whatever is in them.
 */
export interface StateNames {
  /** Hash: size and version of the value, and its lock. */
  readonly record: string;
  /** With the number of a chunk, string: its bytes. */
  readonly chunks: string;
  /** Sorted set: the keys of the user's values. */
  readonly list: string;
  /** Channel: that the value changed, or its lock was given back. */
  readonly channel: string;
  /** List: appended elements. */
  readonly log: string;
}

/** What records of a user's keys begin with. */
export function recordPrefix(user: string): string {
  return `faasm:state:record:${user}/`;
}

/** Sorted set: the keys of the user's values. */
export function listName(user: string): string {
  return `faasm:state:keys:${user}`;
}

/** All names of a key. */
export function stateNames(key: StateKey): StateNames {
  const name = formatStateKey(key);
  return {
    record: recordPrefix(key.user) + key.key,
    chunks: `faasm:state:chunk:${name}:`,
    list: listName(key.user),
    channel: `faasm:state:changed:${name}`,
    log: `faasm:state:log:${name}`,
  };
}

/** With a number, string: what one push has staged. Goes by itself. */
export function stagedPrefix(pushId: string): string {
  return `faasm:state:staged:${pushId}:`;
}

/** What the scripts about a value are given, in this order. */
export function valueKeys({ record, chunks, list, channel }: StateNames): readonly string[] {
  return [record, chunks, list, channel];
}
