import { posix } from 'node:path';
import type { Finding, Rule, SourceFile } from '../rule.ts';

/** Pages link to files that are there. */
export const links: Rule = {
  id: 'links',
  title: 'every relative link of a page leads to a file or folder',
  filesMin: 230,
  applies: () => true,
  check: (files) => {
    const targets = new Set(files.flatMap(({ path }) => [path, ...foldersOf(path)]));
    return files.filter(({ path }) => path.endsWith('.md')).flatMap((page) => brokenLinks(page, targets));
  },
};

function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

function brokenLinks({ path, text }: SourceFile, targets: ReadonlySet<string>): Finding[] {
  return text.split('\n').flatMap((content, index) =>
    [...content.matchAll(/\]\(([^)\s#]+)(#[^)\s]*)?\)/g)].flatMap(([, link = '']) => {
      if (/^[a-z]+:/.test(link)) return [];
      const target = posix.join(posix.dirname(path), link).replace(/\/$/, '');
      if (target === '.' || targets.has(target)) return [];
      return [{ path, line: index + 1, message: `${link} leads nowhere; write the page or change the link` }];
    }),
  );
}
