import { isDevelopment, isTypeScript } from '../paths.ts';
import type { Rule, SourceFile } from '../rule.ts';

/** The command line reads the codes that servers report. */
const CLIENT = 'services/cli/';

const CATALOGUE = 'packages/protocol/src/error-catalogue.ts';

/** The rule for a catalogue of error codes: each is reported by code, and pages name no other. */
export function errorCodes(catalogue: readonly string[]): Rule {
  const families = new Set(catalogue.map((code) => code.split('.')[0]));
  return {
    id: 'error-codes',
    title: 'every code of the error catalogue is reported somewhere, and pages name no other',
    filesMin: 120,
    applies: (path) =>
      path.endsWith('.md') || path.endsWith('.lua') || (isTypeScript(path) && !isDevelopment(path)),
    check: (files) => {
      const code = files.filter(
        ({ path }) => !path.endsWith('.md') && !path.startsWith(CLIENT) && path !== CATALOGUE,
      );
      const silent = catalogue.filter((name) => !code.some(({ text }) => text.includes(`'${name}'`)));
      const table = files.find(({ path }) => path === CATALOGUE);
      return [
        ...silent.map((name) => ({
          path: CATALOGUE,
          line: table === undefined ? 1 : lineOf(table, name),
          message: `${name} is reported by nothing; remove it, a code is for something that happens`,
        })),
        ...files
          .filter(({ path }) => path.endsWith('.md'))
          .flatMap((page) => unknownCodes(page, { catalogue, families })),
      ];
    },
  };
}

function lineOf({ text }: SourceFile, name: string): number {
  return text.split('\n').findIndex((line) => line.includes(`'${name}':`)) + 1;
}

interface Known {
  readonly catalogue: readonly string[];
  readonly families: ReadonlySet<string | undefined>;
}

function unknownCodes({ path, text }: SourceFile, { catalogue, families }: Known) {
  return text.split('\n').flatMap((content, index) =>
    [...content.matchAll(/`([a-z]+)\.([a-z]+(?:_[a-z]+)*)`/g)].flatMap(([, family, kind]) => {
      const code = `${family}.${kind}`;
      if (!families.has(family) || catalogue.includes(code)) return [];
      return [{ path, line: index + 1, message: `${code} is not in the error catalogue; name one that is` }];
    }),
  );
}
