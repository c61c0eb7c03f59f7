import type { Rule, SourceFile } from './rule.ts';

/** A small tree: text by path. */
export type Tree = Readonly<Record<string, string>>;

/** What `rule` finds in a tree that was made for a test, as `path:line message` without the advice after the `;`. */
export function findingsIn(rule: Rule, tree: Tree): string[] {
  const files: SourceFile[] = Object.entries(tree)
    .filter(([path]) => rule.applies(path))
    .map(([path, text]) => ({ path, text }));
  return rule.check(files).map(({ path, line, message }) => `${path}:${line} ${message.replace(/;.*/, '')}`);
}

/** A `package.json`. */
export function manifest(
  name: string,
  dependencies: readonly string[] = [],
  devDependencies: readonly string[] = [],
): string {
  const content = {
    name,
    dependencies: versions(dependencies),
    devDependencies: versions(devDependencies),
  };
  return JSON.stringify(content, undefined, 2);
}

function versions(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, '*']));
}
