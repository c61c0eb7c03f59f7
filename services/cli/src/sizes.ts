import { CommandError } from './exit-codes.ts';

const UNIT_BYTES = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;

const SIZE_PATTERN = /^(?<amount>\d{1,12})(?<unit>KiB|MiB|GiB)?$/;

/** Reads the size of a flag, in bytes: digits and a unit; without a unit, bytes. Throws a `CommandError`. */
export function sizeFlagBytes(flag: string, received: string): number {
  const groups = SIZE_PATTERN.exec(received)?.groups;
  if (groups === undefined) {
    const shown = JSON.stringify(received.slice(0, 64));
    throw new CommandError('usage', `${flag} ${shown} is not a size such as 1000, 64KiB, 32MiB or 1GiB`);
  }
  const unit = groups['unit'] as keyof typeof UNIT_BYTES | undefined;
  return Number(groups['amount']) * (unit === undefined ? 1 : UNIT_BYTES[unit]);
}

/** A size as people read it: the largest unit that it is a whole number of. */
export function shownBytes(bytes: number): string {
  for (const unit of ['GiB', 'MiB', 'KiB'] as const) {
    if (bytes >= UNIT_BYTES[unit] && bytes % UNIT_BYTES[unit] === 0)
      return `${bytes / UNIT_BYTES[unit]}${unit}`;
  }
  return String(bytes);
}

const COUNT_PATTERN = /^\d{1,12}$/;

/** Reads a flag that is a number of things. Throws a `CommandError`. */
export function countFlag(flag: string, received: string): number {
  if (COUNT_PATTERN.test(received)) return Number(received);
  throw new CommandError(
    'usage',
    `${flag} ${JSON.stringify(received.slice(0, 64))} is not a whole number such as 100`,
  );
}
