import type { Setting } from './setting.ts';
import { isServiceLink } from './service-link.ts';

/** What the text of a value means, or what is wrong with it. */
export type ParsedSetting = { readonly value: number | string } | { readonly problem: string };

/** Longest value of a text setting, in characters: Linux's longest path (PATH_MAX). */
export const TEXT_CHARS_MAX = 4_096;

/** Decimal digits and nothing else: no sign, space, leading zero, fraction, exponent or unit. */
const INTEGER_PATTERN = /^(?:0|[1-9]\d*)$/;

const CONTROL_PATTERN = /\p{Cc}/u;

/** Longest part of a received value that a message repeats, in characters. */
const SHOWN_CHARS_MAX = 64;

/** Reads the text of a value. The problem names what was received and what is allowed, but not the setting. */
export function parseSetting(setting: Setting, received: string): ParsedSetting {
  const value = valueOf(setting, received);
  if (value !== undefined) return { value };
  const hint = isServiceLink(received)
    ? '; Kubernetes made it of a Service: set enableServiceLinks: false'
    : '';
  return { problem: `${shown(received)} is not ${allowed(setting)}${hint}` };
}

function valueOf(setting: Setting, received: string): number | string | undefined {
  if (setting.kind === 'choice') return setting.choices.includes(received) ? received : undefined;
  if (setting.kind === 'text') {
    const fits = received.trim() !== '' && received.length <= TEXT_CHARS_MAX;
    return fits && !CONTROL_PATTERN.test(received) ? received : undefined;
  }
  const number = INTEGER_PATTERN.test(received) ? Number(received) : Number.NaN;
  return number >= setting.min && number <= setting.max ? number : undefined;
}

function allowed(setting: Setting): string {
  if (setting.kind === 'choice') return `one of ${setting.choices.join(', ')}`;
  if (setting.kind === 'text') return `text of 1 to ${TEXT_CHARS_MAX} characters without control characters`;
  return `a whole number from ${setting.min} to ${setting.max} (${setting.unit})`;
}

function shown(received: string): string {
  const cut = received.length > SHOWN_CHARS_MAX;
  return JSON.stringify(cut ? `${received.slice(0, SHOWN_CHARS_MAX)}…` : received);
}
