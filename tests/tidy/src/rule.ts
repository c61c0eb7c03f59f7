/** A text file of the repository. */
export interface SourceFile {
  /** From the root of the repository, with `/` between folders. */
  readonly path: string;
  readonly text: string;
}

/** A breach of a rule. */
export interface Finding {
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  /** What is wrong and what to do. */
  readonly message: string;
}

/** A house rule: a pure function over files, so that it can be shown a planted breach. */
export interface Rule {
  /** Names the rule in the list of exemptions. */
  readonly id: string;
  /** What the house wants, as a sentence. */
  readonly title: string;
  /** Fewest files that the repository has for it; fewer mean that the rule looks in the wrong place. */
  readonly filesMin: number;
  readonly applies: (path: string) => boolean;
  readonly check: (files: readonly SourceFile[]) => Finding[];
}

/** A rule that looks at each file by itself. */
export function perFile(
  rule: Omit<Rule, 'check'> & { readonly check: (file: SourceFile) => Finding[] },
): Rule {
  return { ...rule, check: (files) => files.flatMap((file) => rule.check(file)) };
}

/** What `rule` finds in `tree`. Throws `RangeError` when it applies to fewer files than it should. */
export function runRule(rule: Rule, tree: readonly SourceFile[]): Finding[] {
  const files = tree.filter((file) => rule.applies(file.path));
  if (files.length < rule.filesMin) {
    throw new RangeError(`Rule ${rule.id} saw ${files.length} files, fewer than ${rule.filesMin}`);
  }
  return rule.check(files);
}

/** `path:line message`, so that an editor can jump there. */
export function formatFinding({ path, line, message }: Finding): string {
  return `${path}:${line} ${message}`;
}
