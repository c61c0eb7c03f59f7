import type { SourceFile } from './rule.ts';

/** An npm workspace. */
export interface Workspace {
  /** From the root of the repository; empty for the root itself. */
  readonly folder: string;
  readonly name: string;
  /** The file itself, for findings. */
  readonly manifest: SourceFile;
  readonly dependencies: ReadonlySet<string>;
  readonly devDependencies: ReadonlySet<string>;
}

/** Whether `path` is the manifest of a workspace or of the root. */
export function isManifest(path: string): boolean {
  return path === 'package.json' || path.endsWith('/package.json');
}

/** The workspaces whose manifests are among `files`; the longest folder first, so that the first match is the right one. */
export function workspacesOf(files: readonly SourceFile[]): Workspace[] {
  return files
    .filter((file) => isManifest(file.path))
    .map((manifest) => {
      const content = JSON.parse(manifest.text) as {
        readonly name: string;
        readonly dependencies?: Readonly<Record<string, string>>;
        readonly devDependencies?: Readonly<Record<string, string>>;
      };
      return {
        folder: manifest.path.replace(/\/?package\.json$/, ''),
        name: content.name,
        manifest,
        dependencies: new Set(Object.keys(content.dependencies ?? {})),
        devDependencies: new Set(Object.keys(content.devDependencies ?? {})),
      };
    })
    .toSorted((a, b) => b.folder.length - a.folder.length);
}

/** The workspace that `path` lies in; `undefined` when that is the root. */
export function workspaceAt(workspaces: readonly Workspace[], path: string): Workspace | undefined {
  return workspaces.find(({ folder }) => folder !== '' && path.startsWith(`${folder}/`));
}

/** The package of a specifier, `@scope/name` of `@scope/name/door`; `undefined` for a path or a module of Node. */
export function packageOf(specifier: string): string | undefined {
  if (/^(\.|\/|node:)/.test(specifier)) return undefined;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
