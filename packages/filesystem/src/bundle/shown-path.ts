/** Of a path that was received, so much is repeated in a message, in characters. */
const SHOWN_CHARS_MAX = 200;

/** A path as messages show it: bounded, in quotes, control characters escaped. */
export function shownPath(path: string): string {
  const cut = path.length > SHOWN_CHARS_MAX ? `${path.slice(0, SHOWN_CHARS_MAX)}…` : path;
  return JSON.stringify(cut).replaceAll(
    /\p{Cc}/gu,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
