import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { CACHE, REPOSITORY } from '../places.ts';
import { kustomize } from './kubectl.ts';
import type { KubernetesObject } from './kubernetes-object.ts';

/** The base with some of `k8s/components`, as an overlay of one's own would have them. */
export async function withComponents(names: readonly string[]): Promise<KubernetesObject[]> {
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(join(CACHE, 'overlay-'));
  const place = (path: string): string => relative(folder, join(REPOSITORY, 'k8s', path));
  const overlay = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [place('base')],
    components: names.map((name) => place(`components/${name}`)),
  };
  try {
    await writeFile(join(folder, 'kustomization.yaml'), JSON.stringify(overlay));
    return await kustomize(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
