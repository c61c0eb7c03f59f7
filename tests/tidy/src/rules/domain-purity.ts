import { Visitor, type MemberExpression } from 'oxc-parser';
import { isTypeScript } from '../paths.ts';
import { perFile, type Finding, type Rule, type SourceFile } from '../rule.ts';
import { importsOf, lineAt, syntaxOf } from '../syntax.ts';
import { packageOf } from '../workspaces.ts';

/** What belongs to an adapter or a service: the network, other processes, settings, logs. */
const FOREIGN: ReadonlySet<string> = new Set([
  'node:child_process',
  'node:console',
  'node:dgram',
  'node:http',
  'node:http2',
  'node:https',
  'node:net',
  'node:process',
  'node:sqlite',
  'node:tls',
  'commander',
  'fastify',
  'pino',
  'prom-client',
  'redis',
]);

/** The domain knows no transport, no backend, no settings and no terminal. */
export const domainPurity: Rule = perFile({
  id: 'domain-purity',
  title: 'packages/ use no HTTP, no Redis, no process.env and no console',
  filesMin: 60,
  applies: (path) => path.startsWith('packages/') && isTypeScript(path),
  check: (file) => [...foreignImports(file), ...foreignGlobals(file)],
});

function foreignImports(file: SourceFile): Finding[] {
  return importsOf(file)
    .filter(({ specifier }) => FOREIGN.has(packageOf(specifier) ?? specifier))
    .map(({ specifier, line }) => {
      const message = `${specifier} does not belong into packages/; define a port here and implement it in adapters/`;
      return { path: file.path, line, message };
    });
}

function foreignGlobals(file: SourceFile): Finding[] {
  const found: Finding[] = [];
  const report = (start: number, message: string): void => {
    found.push({ path: file.path, line: lineAt(file, start), message });
  };
  new Visitor({
    MemberExpression: (node) => {
      if (isNamed(node.object, 'console')) report(node.start, 'console is not for packages/; emit an event');
      if (isNamed(node.object, 'process') && propertyOf(node) === 'env') {
        report(node.start, 'process.env is read by services only; take the value as an option');
      }
    },
  }).visit(syntaxOf(file).program);
  return found;
}

/** `name` itself, or `globalThis.name`. */
function isNamed(node: MemberExpression['object'], name: string): boolean {
  if (node.type === 'Identifier') return node.name === name;
  return node.type === 'MemberExpression' && isNamed(node.object, 'globalThis') && propertyOf(node) === name;
}

function propertyOf({ property }: MemberExpression): string | undefined {
  if (property.type === 'Identifier') return property.name;
  return property.type === 'Literal' && typeof property.value === 'string' ? property.value : undefined;
}
