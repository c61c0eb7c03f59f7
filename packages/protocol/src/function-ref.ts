import { FaasmError } from './faasm-error.ts';

/** Names a function: the user that owns it and its name among that user's functions. */
export interface FunctionRef {
  readonly user: string;
  readonly name: string;
}

/** A user's or a function's name: 1 to 128 letters, digits, `.`, `_` and `-`, beginning with a letter or digit. */
export const NAME_PATTERN: RegExp = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Checks both names. Throws `request.bad_name` with the name that was received. */
export function functionRef(user: string, name: string): FunctionRef {
  checkName('User', user);
  checkName('Function', name);
  return { user, name };
}

/** Reads `user/name`. Throws `request.bad_name`. */
export function parseFunctionRef(qualified: string): FunctionRef {
  const parts = qualified.split('/');
  const [user, name] = parts;
  if (parts.length !== 2 || user === undefined || name === undefined) {
    throw new FaasmError(
      'request.bad_name',
      `A function is named user/function, received ${quote(qualified)}`,
    );
  }
  return functionRef(user, name);
}

/** `user/name`. */
export function formatFunctionRef(ref: FunctionRef): string {
  return `${ref.user}/${ref.name}`;
}

function checkName(kind: string, name: string): void {
  if (NAME_PATTERN.test(name)) return;
  throw new FaasmError(
    'request.bad_name',
    `${kind} name ${quote(name)} is not 1 to 128 letters, digits, '.', '_' or '-' beginning with a letter or digit`,
  );
}

/** Shows at most 140 characters of what was received, with control characters escaped. */
function quote(received: string): string {
  const shown = JSON.stringify(received.length > 140 ? `${received.slice(0, 140)}…` : received);
  // JSON leaves those from U+007F to U+009F as they are.
  return shown.replaceAll(
    /\p{Cc}/gu,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
