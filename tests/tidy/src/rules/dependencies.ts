import { isDevelopment, isTypeScript } from '../paths.ts';
import type { Finding, Rule, SourceFile } from '../rule.ts';
import { importsOf } from '../syntax.ts';
import { isManifest, packageOf, workspaceAt, workspacesOf, type Workspace } from '../workspaces.ts';

/** A manifest says what its workspace imports: what production needs, what only tests need, and no more. */
export const dependencies: Rule = {
  id: 'dependencies',
  title: "a workspace's dependencies are what it imports",
  filesMin: 200,
  applies: (path) => isManifest(path) || isTypeScript(path),
  check: (files) => {
    const workspaces = workspacesOf(files);
    const root = workspaces.find(({ folder }) => folder === '');
    const forAll = root?.devDependencies ?? new Set<string>();
    return workspaces
      .filter((workspace) => workspace.folder !== '')
      .flatMap((workspace) => {
        const own = files.filter(
          ({ path }) => isTypeScript(path) && workspaceAt(workspaces, path) === workspace,
        );
        return missing(workspace, own, forAll).concat(unused(workspace, own));
      });
  },
};

function missing(
  { dependencies: declared, devDependencies, name, manifest }: Workspace,
  files: readonly SourceFile[],
  forAll: ReadonlySet<string>,
): Finding[] {
  return files.flatMap((file) => {
    const development = isDevelopment(file.path);
    return importsOf(file).flatMap(({ specifier, line }) => {
      const needed = packageOf(specifier);
      if (needed === undefined || needed === name || declared.has(needed)) return [];
      if (development && (devDependencies.has(needed) || forAll.has(needed))) return [];
      const kind = development ? 'devDependencies' : 'dependencies';
      return [
        { path: file.path, line, message: `${needed} is imported; add it to ${kind} in ${manifest.path}` },
      ];
    });
  });
}

function unused(workspace: Workspace, files: readonly SourceFile[]): Finding[] {
  const all = imported(files);
  // In tests/ there is nothing but tests, so there everything is an ordinary dependency.
  const production = workspace.folder.startsWith('tests/')
    ? all
    : imported(files.filter(({ path }) => !isDevelopment(path)));
  const finding = (name: string, advice: string): Finding => ({
    path: workspace.manifest.path,
    line: lineOf(workspace.manifest, name),
    message: `${name} ${advice}`,
  });
  return [
    ...[...workspace.dependencies]
      .filter((name) => !production.has(name))
      .map((name) =>
        finding(
          name,
          all.has(name)
            ? 'is imported in development only; move it to devDependencies'
            : 'is not imported; remove it',
        ),
      ),
    ...[...workspace.devDependencies]
      .filter((name) => !all.has(name))
      .map((name) => finding(name, 'is not imported; remove it')),
  ];
}

function imported(files: readonly SourceFile[]): Set<string | undefined> {
  return new Set(files.flatMap((file) => importsOf(file)).map(({ specifier }) => packageOf(specifier)));
}

function lineOf({ text }: SourceFile, dependency: string): number {
  return text.split('\n').findIndex((line) => line.includes(`"${dependency}":`)) + 1;
}
