import { Visitor, type Function as FunctionNode, type ArrowFunctionExpression } from 'oxc-parser';
import { isTypeScript } from '../paths.ts';
import { perFile, type Rule } from '../rule.ts';
import { lineAt, syntaxOf } from '../syntax.ts';

/** Longest file, in lines: more is more than one concept. */
export const FILE_LINES_MAX = 400;

/** Longest function, in lines: it fits on a screen. */
export const FUNCTION_LINES_MAX = 70;

/** Calls whose callback is a list of tests rather than a function that someone must hold in mind. */
const GROUPS: ReadonlySet<string> = new Set(['describe', 'suite']);

/** Files stay short enough to be read in one go. */
export const fileLength: Rule = perFile({
  id: 'file-length',
  title: `no source file has more than ${FILE_LINES_MAX} lines`,
  filesMin: 200,
  applies: (path) => /\.(ts|js|c|h|lua|sh)$/.test(path),
  check: ({ path, text }) => {
    const lines = text.trimEnd().split('\n').length;
    if (lines <= FILE_LINES_MAX) return [];
    const message = `${lines} lines, ${FILE_LINES_MAX} at most; split it by concept`;
    return [{ path, line: FILE_LINES_MAX + 1, message }];
  },
});

/** Functions stay short enough to be seen whole. */
export const functionLength: Rule = perFile({
  id: 'function-length',
  title: `no function has more than ${FUNCTION_LINES_MAX} lines`,
  filesMin: 180,
  applies: isTypeScript,
  check: (file) => {
    const groups = new Set<number>();
    const long: number[] = [];
    const measure = ({ start, end }: FunctionNode | ArrowFunctionExpression): void => {
      const lines = lineAt(file, end) - lineAt(file, start) + 1;
      if (lines > FUNCTION_LINES_MAX && !groups.has(start)) long.push(start);
    };
    new Visitor({
      CallExpression: ({ callee, arguments: callArguments }) => {
        if (callee.type !== 'Identifier' || !GROUPS.has(callee.name)) return;
        for (const { start } of callArguments) groups.add(start);
      },
      FunctionDeclaration: measure,
      FunctionExpression: measure,
      ArrowFunctionExpression: measure,
    }).visit(syntaxOf(file).program);
    return long.map((start) => {
      const message = `this function has more than ${FUNCTION_LINES_MAX} lines; take a part out and name it`;
      return { path: file.path, line: lineAt(file, start), message };
    });
  },
});
