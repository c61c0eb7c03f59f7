import type { ModuleExportName } from 'oxc-parser';
import { isTypeScript } from '../paths.ts';
import { perFile, type Finding, type Rule, type SourceFile } from '../rule.ts';
import { lineAt, syntaxOf } from '../syntax.ts';

/** What leaves a file says what it is, where it is declared; doors only pass it on. */
export const exportedDocs: Rule = perFile({
  id: 'exported-docs',
  title: 'everything that is exported has a doc comment',
  filesMin: 130,
  applies: (path) => isTypeScript(path) && !/\.(test|d)\.ts$/.test(path),
  check: (file) =>
    syntaxOf(file).program.body.flatMap((node): Finding[] => {
      const finding = (message: string): Finding[] => [
        { path: file.path, line: lineAt(file, node.start), message },
      ];
      if (node.type === 'ExportNamedDeclaration' && node.declaration === null) {
        const own = node.source === null && node.specifiers.some(({ local }) => !isImported(file, local));
        return own ? finding('a list exports what this file declares; write export at the declaration') : [];
      }
      if (node.type !== 'ExportNamedDeclaration' && node.type !== 'ExportDefaultDeclaration') return [];
      if (isDocumented(file.text.slice(0, node.start))) return [];
      const [head = ''] = file.text.slice(node.start).split(/[={(:<]|\n/);
      return finding(`${head.trim()} has no doc comment; say what it is, with units, bounds and errors`);
    }),
});

function isImported(file: SourceFile, local: ModuleExportName): boolean {
  const entries = syntaxOf(file).module.staticImports.flatMap((statement) => statement.entries);
  return local.type === 'Identifier' && entries.some(({ localName }) => localName.value === local.name);
}

/** Whether the text before a declaration ends with a doc comment; line comments to tools may come between. */
function isDocumented(before: string): boolean {
  const text = before.replace(/(\n\/\/ oxlint-[^\n]*)+\n$/, '').trimEnd();
  return text.endsWith('*/') && text.slice(text.lastIndexOf('/*')).startsWith('/**');
}
