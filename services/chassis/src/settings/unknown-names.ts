import { SETTINGS } from './catalogue.ts';
import { editDistance } from './edit-distance.ts';

/** Names that begin so are this project's, so an unknown one is a mistake. */
const OWN_PREFIX = 'FAASM_';

/** A name this near to a known one is taken for a slip of the pen. */
const MISSPELT_DISTANCE_MAX = 2;

const KNOWN: readonly string[] = Object.keys(SETTINGS);

/** What is wrong with the names of an environment: one sentence for each that looks like a setting but is none. */
export function unknownNameProblems(names: readonly string[]): string[] {
  return names
    .filter((name) => !KNOWN.includes(name))
    .flatMap((name) => {
      const near = nearest(name);
      if (near !== undefined) return [`${name} is not a setting; did you mean ${near}?`];
      return name.startsWith(OWN_PREFIX)
        ? [`${name} is not a setting: no setting begins with ${OWN_PREFIX}`]
        : [];
    });
}

function nearest(name: string): string | undefined {
  const candidates = KNOWN.filter((known) => Math.abs(known.length - name.length) <= MISSPELT_DISTANCE_MAX);
  return candidates.find((known) => editDistance(known, name) <= MISSPELT_DISTANCE_MAX);
}
