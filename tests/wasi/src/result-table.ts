import type { SuiteResult } from './suite-executor.ts';

const BEGIN = '<!-- results: npm run test:wasi -- --write -->';
const END = '<!-- end of results -->';

/** The results as a table in Markdown, and how many passed. */
export function renderResults(results: readonly SuiteResult[]): string {
  const passed = results.filter(({ failure }) => failure === undefined).length;
  const rows = results.map(({ test, failure }) => [
    test.language,
    `\`${test.name}\``,
    failure === undefined ? 'passed' : `failed: ${failure}`,
  ]);
  return `${passed} of ${results.length} tests passed.\n\n${table([['language', 'test', 'result'], ...rows])}`;
}

/** A page with new results between its marks. Throws `RangeError` when it has no marks. */
export function withResults(page: string, results: readonly SuiteResult[]): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin === -1 || end < begin) throw new RangeError(`Page has no line ${BEGIN} before ${END}`);
  return `${page.slice(0, begin)}${BEGIN}\n\n${renderResults(results)}\n${page.slice(end)}`;
}

/** The first row is the head; columns are as wide as what is in them. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const lines = rows.map((row) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`);
  lines.splice(1, 0, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`);
  return `${lines.join('\n')}\n`;
}
