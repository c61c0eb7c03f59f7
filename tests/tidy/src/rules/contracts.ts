import { posix } from 'node:path';
import { Visitor } from 'oxc-parser';
import { isTypeScript } from '../paths.ts';
import type { Finding, Rule, SourceFile } from '../rule.ts';
import { importsOf, lineAt, syntaxOf } from '../syntax.ts';

/** An exported function `somePortContract`, and the port that it is for. */
interface Contract {
  readonly name: string;
  readonly port: string;
  readonly file: SourceFile;
}

/** A class of an adapter that implements ports. */
interface Implementation {
  readonly className: string;
  readonly ports: readonly string[];
  /** `adapters/NAME`. */
  readonly adapter: string;
  readonly path: string;
  readonly line: number;
}

/** A port has one contract suite, and every adapter that implements the port runs it. */
export const contracts: Rule = {
  id: 'contracts',
  title: "every adapter's tests run the contract of each port that it implements",
  filesMin: 50,
  applies: (path) => /^(packages|adapters)\//.test(path) && isTypeScript(path),
  check: (files) => {
    const all = files.filter(({ path }) => path.startsWith('packages/')).flatMap((file) => contractsOf(file));
    const implementations = files
      .filter(({ path }) => path.startsWith('adapters/') && !path.endsWith('.test.ts'))
      .flatMap((file) => implementationsOf(file));
    return [
      ...implementations.flatMap((one) => notRun(one, all, files)),
      ...all.flatMap((contract) => withoutAdapter(contract, implementations)),
      ...unreachable(files),
    ];
  },
};

function contractsOf(file: SourceFile): Contract[] {
  if (!file.path.endsWith('.contract.ts')) return [];
  return syntaxOf(file)
    .module.staticExports.flatMap(({ entries }) => entries)
    .flatMap(({ exportName: { name } }) => {
      if (name === null || !name.endsWith('Contract')) return [];
      const port = name.charAt(0).toUpperCase() + name.slice(1, -'Contract'.length);
      return [{ name, port, file }];
    });
}

function implementationsOf(file: SourceFile): Implementation[] {
  const found: Implementation[] = [];
  new Visitor({
    ClassDeclaration: ({ id, implements: ports, start }) => {
      const names = (ports ?? []).flatMap(({ expression }) =>
        expression.type === 'Identifier' ? [expression.name] : [],
      );
      found.push({
        className: id?.name ?? 'A class',
        ports: names,
        adapter: file.path.split('/').slice(0, 2).join('/'),
        path: file.path,
        line: lineAt(file, start),
      });
    },
  }).visit(syntaxOf(file).program);
  return found;
}

function notRun(
  { className, ports, adapter, path, line }: Implementation,
  all: readonly Contract[],
  files: readonly SourceFile[],
): Finding[] {
  const tests = files.filter((file) => file.path.startsWith(`${adapter}/`) && file.path.endsWith('.test.ts'));
  return all
    .filter(({ port, name }) => ports.includes(port) && !tests.some((test) => calls(test, name)))
    .map(({ name, port }) => {
      const message = `${className} implements ${port}, and no test in ${adapter} runs ${name}; call it there`;
      return { path, line, message };
    });
}

function calls(file: SourceFile, name: string): boolean {
  let found = false;
  new Visitor({
    CallExpression: ({ callee }) => {
      if (callee.type === 'Identifier' && callee.name === name) found = true;
    },
  }).visit(syntaxOf(file).program);
  return found;
}

function withoutAdapter(
  { name, port, file }: Contract,
  implementations: readonly Implementation[],
): Finding[] {
  if (implementations.some(({ ports }) => ports.includes(port))) return [];
  const message = `${name} is for ${port}, which no class in adapters/ implements; name it after its port`;
  return [{ path: file.path, line: 1, message }];
}

/** A file of a contract whose cases nothing imports shows nothing. */
function unreachable(files: readonly SourceFile[]): Finding[] {
  const imported = new Set(
    files.flatMap((file) =>
      importsOf(file).map(({ specifier }) => posix.join(posix.dirname(file.path), specifier)),
    ),
  );
  return files
    .filter(({ path }) => path.endsWith('.contract.ts') && !imported.has(path))
    .map(({ path }) => ({ path, line: 1, message: 'nothing imports this contract; run it or remove it' }));
}
