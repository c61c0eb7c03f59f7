import { perFile, type Rule } from '../rule.ts';

/**
 * Absolute paths that exist on one machine, or that a test should get from `os.tmpdir()`. The folder for such files has
 * the same name everywhere; what lies in it does not.
 */
const MACHINE_PATH = /(?<![\w.~/}-])\/(tmp\/[\w.-]|(work|root|home|Users)\b)[\w./-]*/g;

/** The repository works in any folder of any machine. */
export const machinePaths: Rule = perFile({
  id: 'machine-paths',
  title: 'no file names a path of one machine',
  filesMin: 230,
  applies: (path) => path !== 'package-lock.json',
  check: ({ path, text }) =>
    text.split('\n').flatMap((content, index) =>
      [...content.matchAll(MACHINE_PATH)].map(([found]) => {
        const message = `${found} is a path of one machine; use os.tmpdir(), a setting or a path in the repository`;
        return { path, line: index + 1, message };
      }),
    ),
});
