import { perFile, type Rule } from '../rule.ts';

/** Words and calls that say that something is not done, or is not looked at. */
const MARKS: readonly { readonly pattern: RegExp; readonly advice: string }[] = [
  { pattern: /\b(TODO|FIXME|XXX|HACK|WIP|TBD)\b/, advice: 'do it, or describe what is missing in an issue' },
  {
    pattern: /\b(not (yet )?implemented|coming soon|to be done)\b/i,
    advice: 'a feature that is not built does not exist; leave it out',
  },
  { pattern: /@ts-(ignore|nocheck|expect-error)\b/, advice: 'let the types say it' },
  {
    pattern: /\b(oxlint|eslint)-disable(?!-next-line)/,
    advice: 'change the code, or one line with a reason',
  },
  {
    pattern: /\b(it|test|describe|suite)\.(only|todo)\(/,
    advice: 'a test that is not run, or hides others, shows nothing',
  },
  { pattern: /^(<{7}|={7}|>{7})( |$)/, advice: 'finish the merge' },
];

/** What is in the repository is finished. */
export const unfinishedWork: Rule = perFile({
  id: 'unfinished-work',
  title: 'nothing is marked as unfinished',
  filesMin: 230,
  applies: (path) => path !== 'package-lock.json',
  check: ({ path, text }) =>
    text.split('\n').flatMap((content, index) =>
      MARKS.flatMap(({ pattern, advice }) => {
        const [mark] = pattern.exec(content) ?? [];
        return mark === undefined ? [] : [{ path, line: index + 1, message: `${mark.trim()}: ${advice}` }];
      }),
    ),
});
