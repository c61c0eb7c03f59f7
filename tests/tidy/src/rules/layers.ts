import { matchesGlob, posix } from 'node:path';
import { isDevelopment, isTypeScript } from '../paths.ts';
import type { Finding, Rule, SourceFile } from '../rule.ts';
import { importsOf, type Import } from '../syntax.ts';
import { isManifest, packageOf, workspaceAt, workspacesOf, type Workspace } from '../workspaces.ts';

/**
 * Folders of workspaces from the bottom up. A workspace imports from layers below its own, and from none beside it: so
 * no adapter knows another.
 */
const LAYERS: readonly (readonly string[])[] = [
  ['packages/stdx'],
  ['packages/protocol'],
  ['packages/filesystem'],
  ['packages/faaslet', 'packages/scheduler', 'packages/state', 'guests'],
  ['packages/functions', 'packages/host-interface'],
  ['packages/executor'],
  ['adapters/*'],
  ['services/chassis'],
  ['services/edge', 'services/upload', 'services/worker'],
  ['services/standalone'],
  ['services/cli'],
  ['docs/generator', 'tests/support'],
  ['bench', 'tests/*'],
];

/** What any test may import beside the layers below: real servers, real modules, real memory mappings. */
const TEST_HELPERS: ReadonlySet<string> = new Set(['tests/support', 'guests', 'adapters/linux']);

/** Imports go downwards only, and a workspace is entered by its door. */
export const layers: Rule = {
  id: 'layers',
  title: 'imports go downwards only, and through the door of a workspace',
  filesMin: 200,
  applies: (path) => isManifest(path) || isTypeScript(path),
  check: (files) => {
    const workspaces = workspacesOf(files);
    return [
      ...workspaces.filter(hasNoLayer).map(({ folder, manifest }) => {
        const message = `${folder} has no layer; add it to LAYERS in tests/tidy/src/rules/layers.ts`;
        return { path: manifest.path, line: 1, message };
      }),
      ...files.flatMap((file) => checkFile(file, workspaces)),
    ];
  },
};

function hasNoLayer({ folder }: Workspace): boolean {
  return folder !== '' && layerOf(folder) === -1;
}

function layerOf(folder: string): number {
  const exact = LAYERS.findIndex((layer) => layer.includes(folder));
  return exact === -1 ? LAYERS.findIndex((layer) => layer.some((glob) => matchesGlob(folder, glob))) : exact;
}

function checkFile(file: SourceFile, workspaces: readonly Workspace[]): Finding[] {
  const own = isTypeScript(file.path) ? workspaceAt(workspaces, file.path) : undefined;
  if (own === undefined) return [];
  return importsOf(file).flatMap((imported) => {
    const message = breach(imported, { file, own, workspaces });
    return message === undefined ? [] : [{ path: file.path, line: imported.line, message }];
  });
}

interface Surroundings {
  readonly file: SourceFile;
  readonly own: Workspace;
  readonly workspaces: readonly Workspace[];
}

function breach({ specifier }: Import, { file, own, workspaces }: Surroundings): string | undefined {
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(file.path), specifier);
    return target.startsWith(`${own.folder}/`)
      ? undefined
      : `${specifier} leaves ${own.folder}; import the other workspace by its name`;
  }
  const target = workspaces.find(({ name }) => name === packageOf(specifier));
  if (target === undefined) return undefined;
  if (target === own) return `${specifier} is this workspace; import its file by a relative path`;
  if (isDevelopment(file.path) && TEST_HELPERS.has(target.folder)) return undefined;
  return layerOf(target.folder) < layerOf(own.folder)
    ? undefined
    : `${own.folder} may not import ${target.folder}: it is not in a layer below; put what both need further down`;
}
