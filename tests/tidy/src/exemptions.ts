import type { Finding } from './rule.ts';

/** A finding that stays, and why. */
export interface Exemption {
  /** Id of the rule. */
  readonly rule: string;
  readonly path: string;
  /** Part of the finding's message, for a file that has others. */
  readonly about?: string;
  readonly reason: string;
}

/** Every exemption from a house rule. One that exempts nothing any more fails, so that the list stays short. */
export const EXEMPTIONS: readonly Exemption[] = [
  {
    rule: 'unfinished-work',
    path: 'tests/tidy/src/rules/unfinished-work.ts',
    reason: 'The rule names the words that it looks for.',
  },
  {
    rule: 'unfinished-work',
    path: 'tests/tidy/src/rules/text-rules.test.ts',
    reason: 'The test plants the words that the rule looks for.',
  },
  {
    rule: 'unfinished-work',
    path: 'guests/assemblyscript/faasm.ts',
    about: '@ts-',
    reason: 'TypeScript refuses the decorators that AssemblyScript has for imports.',
  },
  {
    rule: 'unfinished-work',
    path: 'guests/assemblyscript/wasi.ts',
    about: '@ts-',
    reason: 'TypeScript refuses the decorators that AssemblyScript has for imports.',
  },
  {
    rule: 'unfinished-work',
    path: 'guests/assemblyscript/faasm/state.ts',
    about: '@ts-',
    reason: 'TypeScript refuses the decorators that AssemblyScript has for imports.',
  },
  {
    rule: 'unfinished-work',
    path: 'guests/assemblyscript/faasm/sleep.ts',
    about: '@ts-',
    reason: 'TypeScript refuses the decorators that AssemblyScript has for imports.',
  },
  {
    rule: 'machine-paths',
    path: 'docker/nginx.conf',
    reason: 'A folder in the container, whose only writable one it is.',
  },
  {
    rule: 'machine-paths',
    path: 'tests/tidy/src/rules/text-rules.test.ts',
    reason: 'The test plants the paths that the rule looks for.',
  },
];

/** The findings of a rule that no exemption covers, and the rule's exemptions that cover none. */
export function applyExemptions(
  rule: string,
  findings: readonly Finding[],
  exemptions: readonly Exemption[],
): { readonly breaches: Finding[]; readonly stale: Exemption[] } {
  const own = exemptions.filter((exemption) => exemption.rule === rule);
  const covers = ({ path, about }: Exemption, finding: Finding): boolean =>
    path === finding.path && (about === undefined || finding.message.includes(about));
  return {
    breaches: findings.filter((finding) => !own.some((exemption) => covers(exemption, finding))),
    stale: own.filter((exemption) => !findings.some((finding) => covers(exemption, finding))),
  };
}
