import { NAME_PATTERN } from '@faasm/protocol';
import { ConfigError } from './config-error.ts';

const NONE = 'none';
const USUAL_WEIGHT = 1;

/** Bounds of a weight: with a smaller one a user would wait for ever, and no share is finer than a hundredth. */
const WEIGHT_MIN = 0.01;
const WEIGHT_MAX = 100;

const DECIMAL_PATTERN = /^\d{1,3}(?:\.\d{1,6})?$/;

/**
 * The share of each user beside others, from a list with commas such as `alice=3,bob=0.5`; 1 for whoever is not in it.
 * Throws `ConfigError` naming each entry that is no weight, or the second of its user.
 */
export function userWeights(list: string): (user: string) => number {
  const weights = new Map<string, number>();
  const problems: string[] = [];
  for (const entry of list === NONE ? [] : list.split(',').map((text) => text.trim())) {
    const [user = '', weight = '', ...rest] = entry.split('=');
    const number = DECIMAL_PATTERN.test(weight) ? Number(weight) : Number.NaN;
    const isWeight = number >= WEIGHT_MIN && number <= WEIGHT_MAX;
    if (rest.length > 0 || !NAME_PATTERN.test(user) || !isWeight) {
      const allowed = `user=weight with a weight from ${WEIGHT_MIN} to ${WEIGHT_MAX}`;
      problems.push(`USER_WEIGHTS has ${JSON.stringify(entry)}, not ${allowed}`);
    } else if (weights.has(user)) problems.push(`USER_WEIGHTS has ${JSON.stringify(user)} more than once`);
    else weights.set(user, number);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return (user) => weights.get(user) ?? USUAL_WEIGHT;
}
