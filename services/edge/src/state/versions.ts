import { FaasmError } from '@faasm/protocol';
import type { IncomingHttpHeaders } from 'node:http';

/** One version as an entity tag. Weak ones are none: a version is of every byte. */
const TAG_PATTERN = /^"(?<version>\d{1,15})"$/;

/** A version as the header `ETag` has it. */
export function entityTag(version: number): string {
  return `"${version}"`;
}

/**
 * The version that a change is bound to by `If-Match: "7"`, or 0 by `If-None-Match: *`; undefined when there is neither.
 * Throws `request.bad_header`.
 */
export function expectedVersion(headers: IncomingHttpHeaders): number | undefined {
  const none = headers['if-none-match'];
  if (none === undefined) return matchedVersion(headers);
  if (none.trim() === '*' && headers['if-match'] === undefined) return 0;
  throw new FaasmError(
    'request.bad_header',
    `Header If-None-Match ${shown(none)} of a change is not * alone, without If-Match`,
  );
}

/** The version in `If-Match: "7"`. Throws `request.bad_header` for anything but one version. */
export function matchedVersion(headers: IncomingHttpHeaders): number | undefined {
  const match = headers['if-match'];
  if (match === undefined) return undefined;
  const version = TAG_PATTERN.exec(match.trim())?.groups?.['version'];
  if (version !== undefined) return Number(version);
  throw new FaasmError(
    'request.bad_header',
    `Header If-Match ${shown(match)} is not one version in quotes, such as "7"`,
  );
}

/** Whether whoever asks with `If-None-Match` has this version already; 0 stands for no value. */
export function isKnownVersion({ 'if-none-match': tags }: IncomingHttpHeaders, version: number): boolean {
  if (tags === undefined) return false;
  // On the way, a proxy that compresses makes tags weak.
  const known = new Set(tags.split(',').map((tag) => tag.trim().replace(/^W\//, '')));
  return known.has(entityTag(version)) || (version > 0 && known.has('*'));
}

function shown(received: string): string {
  return JSON.stringify(received.slice(0, 64));
}
