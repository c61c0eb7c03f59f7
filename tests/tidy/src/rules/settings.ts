import { parse } from 'yaml';
import type { Finding, Rule, SourceFile } from '../rule.ts';

/** The name of the ConfigMap that every pod takes its environment from. */
const CONFIG_MAP = 'faasm-config';

/** The rule for the names of a table of settings: the ConfigMap sets each, and nothing else. */
export function settings(names: readonly string[]): Rule {
  return {
    id: 'settings',
    title: `the ConfigMap ${CONFIG_MAP} sets every setting and nothing else`,
    filesMin: 3,
    applies: (path) => path.startsWith('k8s/base/') && /\.ya?ml$/.test(path),
    check: (files) => {
      const maps = files.flatMap((file) => configMapOf(file));
      if (maps.length !== 1) {
        const message = `k8s/base has ${maps.length} ConfigMaps named ${CONFIG_MAP}; it should have one`;
        return [{ path: maps[0]?.file.path ?? 'k8s/base', line: 1, message }];
      }
      return maps.flatMap((map) => compare(map, names));
    },
  };
}

interface ConfigMap {
  readonly file: SourceFile;
  readonly keys: readonly string[];
}

function configMapOf(file: SourceFile): ConfigMap[] {
  return file.text.split(/^---$/m).flatMap((part) => {
    const document = parse(part) as ConfigMapDocument | null;
    if (document?.kind !== 'ConfigMap' || document.metadata?.name !== CONFIG_MAP) return [];
    return [{ file, keys: Object.keys(document.data ?? {}) }];
  });
}

interface ConfigMapDocument {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string };
  readonly data?: Readonly<Record<string, string>>;
}

function compare({ file, keys }: ConfigMap, names: readonly string[]): Finding[] {
  const lines = file.text.split('\n');
  const missing = names.filter((name) => !keys.includes(name));
  const strange = keys.filter((name) => !names.includes(name));
  return [
    ...missing.map((name) => ({
      path: file.path,
      line: lines.findIndex((line) => line.startsWith('data:')) + 1,
      message: `${name} is missing; write its value here, all pods take their settings from this place`,
    })),
    ...strange.map((name) => ({
      path: file.path,
      line: lines.findIndex((line) => line.trimStart().startsWith(`${name}:`)) + 1,
      message: `${name} is no setting; remove it, or correct the name`,
    })),
  ];
}
