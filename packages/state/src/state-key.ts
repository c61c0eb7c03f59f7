import { FaasmError, NAME_PATTERN } from '@faasm/protocol';
import { utf8 } from '@faasm/stdx';

/** Names a state value: the user that owns it and its key among that user's values. */
export interface StateKey {
  readonly user: string;
  readonly key: string;
}

/** Longest key, in bytes of UTF-8. */
export const KEY_BYTES_MAX = 256;

const CONTROL_OR_LONE_SURROGATE = /[\p{Cc}\p{Cs}]/u;

/** Checks both parts. Throws `state.bad_key` with the key that was received, `request.bad_name` for the user. */
export function stateKey(user: string, key: string): StateKey {
  checkUser(user);
  const { byteLength } = utf8(key);
  if (byteLength === 0 || byteLength > KEY_BYTES_MAX || CONTROL_OR_LONE_SURROGATE.test(key)) {
    const message = `State key ${shown(key)} of ${byteLength} bytes is not 1 to ${KEY_BYTES_MAX} bytes without control characters`;
    throw new FaasmError('state.bad_key', message);
  }
  return { user, key };
}

/** Throws `request.bad_name` for what is no name of a user. */
export function checkUser(user: string): void {
  if (NAME_PATTERN.test(user)) return;
  throw new FaasmError('request.bad_name', `User name ${shown(user)} is not valid`);
}

/** `user/key`. */
export function formatStateKey({ user, key }: StateKey): string {
  return `${user}/${key}`;
}

function shown(received: string): string {
  return JSON.stringify(received.length > 140 ? `${received.slice(0, 140)}…` : received);
}
