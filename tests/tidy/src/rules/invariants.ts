import type { Finding, Rule, SourceFile } from '../rule.ts';

const TABLE = 'ARCHITECTURE.md';

/** An invariant as the table has it. */
interface Row {
  readonly number: string;
  readonly status: string;
  readonly line: number;
}

/** What the table of invariants says is held, tests show; and tests cite no other invariant. */
export const invariants: Rule = {
  id: 'invariants',
  title: `tests cite each invariant that ${TABLE} says is held, and no invariant that it does not have`,
  filesMin: 50,
  applies: (path) => path === TABLE || /\.(test|contract)\.ts$/.test(path),
  check: (files) => {
    const rows = files.filter(({ path }) => path === TABLE).flatMap(rowsOf);
    const tests = files.filter(({ path }) => path !== TABLE && !path.startsWith('tests/tidy/'));
    const cited = new Set(tests.flatMap(({ text }) => text.split('\n').flatMap(citedIn)));
    return [...rows.flatMap((row) => checkRow(row, cited)), ...tests.flatMap((test) => unknown(test, rows))];
  },
};

function rowsOf({ text }: SourceFile): Row[] {
  return text.split('\n').flatMap((content, index) => {
    const [, number, status] = /^\| (I\d+) .*\| (\w+) *\|$/.exec(content) ?? [];
    return number === undefined || status === undefined ? [] : [{ number, status, line: index + 1 }];
  });
}

/** The numbers in `(I2, I4)`. */
function citedIn(content: string): string[] {
  return [...content.matchAll(/\((I\d+(?:, I\d+)*)\)/g)].flatMap(([, numbers = '']) => numbers.split(', '));
}

function checkRow({ number, status, line }: Row, cited: ReadonlySet<string>): Finding[] {
  const finding = (message: string): Finding[] => [{ path: TABLE, line, message: `${number} ${message}` }];
  if (!['held', 'open', 'later'].includes(status)) return finding(`is ${status}; say held, open or later`);
  if (status === 'held' && !cited.has(number)) return finding('is held, and no test cites it; write one');
  return status !== 'held' && cited.has(number)
    ? finding(`is ${status}, and tests cite it; say that it is held`)
    : [];
}

function unknown({ path, text }: SourceFile, rows: readonly Row[]): Finding[] {
  return text.split('\n').flatMap((content, index) =>
    citedIn(content)
      .filter((number) => !rows.some((row) => row.number === number))
      .map((number) => {
        const message = `${number} is not in the table of ${TABLE}; cite one that is`;
        return { path, line: index + 1, message };
      }),
  );
}
