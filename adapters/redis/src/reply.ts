import type { Reply } from './connection.ts';

/** The reply as text. Throws `TypeError` for anything but bytes: a script and its caller disagree. */
export function textOf(reply: Reply | undefined): string {
  return bytesOf(reply).toString();
}

/** The reply as bytes. */
export function bytesOf(reply: Reply | undefined): Buffer {
  if (reply instanceof Buffer) return reply;
  if (typeof reply === 'string') return Buffer.from(reply);
  throw new TypeError(`Redis answered ${describe(reply)}, not bytes`);
}

/** The reply as a number. */
export function numberOf(reply: Reply | undefined): number {
  if (typeof reply === 'number') return reply;
  throw new TypeError(`Redis answered ${describe(reply)}, not a number`);
}

/** The reply as a list; none for nil. */
export function listOf(reply: Reply | undefined): readonly Reply[] {
  if (reply === null || reply === undefined) return [];
  if (Array.isArray(reply)) return reply;
  throw new TypeError(`Redis answered ${describe(reply)}, not a list`);
}

function describe(reply: unknown): string {
  return JSON.stringify(reply)?.slice(0, 80) ?? 'nothing';
}
