import { SETTINGS } from './catalogue.ts';
import { editDistance } from './edit-distance.ts';
import { isServiceLink } from './service-link.ts';

/** Names that begin so are this project's, so an unknown one is a mistake. */
const OWN_PREFIX = 'FAASM_';

/** A name this near to a known one is taken for a slip of the pen. */
const MISSPELT_DISTANCE_MAX = 2;

const KNOWN: readonly string[] = Object.keys(SETTINGS);

/**
 * What is wrong with the names of an environment: one sentence for each that looks like a setting but is none. Upper
 * and lower case make no difference. Values are not repeated, for that of an unknown name may be a secret.
 */
export function unknownNameProblems(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(env).flatMap(([name, value]) => {
    if (value === undefined || isServiceLink(value) || KNOWN.includes(name)) return [];
    const upper = name.toUpperCase();
    const own = upper.startsWith(OWN_PREFIX);
    const { nearest, distance } = nearestSetting(own ? upper.slice(OWN_PREFIX.length) : upper);
    return own || distance <= MISSPELT_DISTANCE_MAX
      ? [`${name} is not a setting; the nearest is ${nearest}`]
      : [];
  });
}

function nearestSetting(name: string): { readonly nearest: string; readonly distance: number } {
  const all = KNOWN.map((known) => ({ nearest: known, distance: editDistance(known, name) }));
  return all.reduce((best, one) => (one.distance < best.distance ? one : best));
}
