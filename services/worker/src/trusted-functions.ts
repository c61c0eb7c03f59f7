import { ConfigError } from '@faasm/chassis';
import { formatFunctionRef, NAME_PATTERN, type FunctionRef } from '@faasm/protocol';

const NONE = 'none';
const ALL_OF_A_USER = '*';

/**
 * Whether a function is in a list with commas, of functions and of users with all of theirs. Throws `ConfigError` naming
 * each entry that is neither.
 */
export function trustedFunctions(list: string): (ref: FunctionRef) => boolean {
  if (list === NONE) return () => false;
  const entries = list.split(',').map((entry) => entry.trim());
  const problems = entries.filter((entry) => !isEntry(entry));
  if (problems.length > 0) {
    throw new ConfigError(
      problems.map((entry) => `TRUSTED_FUNCTIONS has ${JSON.stringify(entry)}, not user/function or user/*`),
    );
  }
  const trusted = new Set(entries);
  return (ref) => trusted.has(formatFunctionRef(ref)) || trusted.has(`${ref.user}/${ALL_OF_A_USER}`);
}

function isEntry(entry: string): boolean {
  const [user = '', name = '', ...rest] = entry.split('/');
  return rest.length === 0 && NAME_PATTERN.test(user) && (name === ALL_OF_A_USER || NAME_PATTERN.test(name));
}
