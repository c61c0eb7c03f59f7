import { parseSync, type EcmaScriptModule, type Program, Visitor } from 'oxc-parser';
import type { SourceFile } from './rule.ts';

/** A parsed TypeScript or JavaScript file. */
export interface Syntax {
  readonly program: Program;
  readonly module: EcmaScriptModule;
}

/** One module that a file imports, re-exports from, or resolves. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
}

const parsed = new WeakMap<SourceFile, Syntax>();

/** The syntax of `file`; parsed once, however many rules ask. Throws `SyntaxError` naming the file. */
export function syntaxOf(file: SourceFile): Syntax {
  const known = parsed.get(file);
  if (known !== undefined) return known;
  const { program, module, errors } = parseSync(file.path, file.text);
  const [error] = errors;
  if (error !== undefined) throw new SyntaxError(`${file.path} cannot be parsed: ${error.message}`);
  const syntax = { program, module };
  parsed.set(file, syntax);
  return syntax;
}

/** Line of an offset, counted from 1. */
export function lineAt(file: SourceFile, offset: number): number {
  return file.text.slice(0, offset).split('\n').length;
}

/** Every module that `file` names by a literal: imports, re-exports, `import()` and `import.meta.resolve()`. */
export function importsOf(file: SourceFile): Import[] {
  const { program, module } = syntaxOf(file);
  const found: { readonly specifier: string; readonly start: number }[] = [];
  const add = (specifier: string, start: number): void => {
    found.push({ specifier, start });
  };
  for (const { moduleRequest } of module.staticImports) add(moduleRequest.value, moduleRequest.start);
  for (const { moduleRequest } of module.staticExports.flatMap(({ entries }) => entries)) {
    if (moduleRequest !== null) add(moduleRequest.value, moduleRequest.start);
  }
  new Visitor({
    ImportExpression: ({ source }) => {
      if (source.type === 'Literal' && typeof source.value === 'string') add(source.value, source.start);
    },
    CallExpression: ({ callee, arguments: [argument] }) => {
      if (callee.type !== 'MemberExpression' || callee.object.type !== 'MetaProperty') return;
      if (argument?.type === 'Literal' && typeof argument.value === 'string') {
        add(argument.value, argument.start);
      }
    },
  }).visit(program);
  return found.map(({ specifier, start }) => ({ specifier, line: lineAt(file, start) }));
}
