const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

const DURATION_PATTERN = /^(?<amount>\d{1,12})(?<unit>ms|s|m|h)?$/;

/**
 * Reads a duration: digits and a unit of `ms`, `s`, `m` or `h`; without a unit, milliseconds. Returns milliseconds,
 * or undefined for anything else.
 */
export function parseDurationMs(value: string): number | undefined {
  const groups = DURATION_PATTERN.exec(value)?.groups;
  if (groups === undefined) return undefined;
  const unit = (groups['unit'] ?? 'ms') as keyof typeof UNIT_MS;
  return Number(groups['amount']) * UNIT_MS[unit];
}
