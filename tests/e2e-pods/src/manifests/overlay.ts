import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { CACHE, REPOSITORY } from '../places.ts';
import { kustomize } from './kubectl.ts';
import type { KubernetesObject } from './kubernetes-object.ts';

/** What the `kustomization.yaml` of an overlay says; its paths are those of a folder in `k8s/overlays`. */
export interface Overlay {
  readonly resources: readonly string[];
  readonly components: readonly string[];
}

/** What `kubectl kustomize` makes of an overlay that is not in the repository. */
export async function renderOverlay(overlay: Overlay): Promise<KubernetesObject[]> {
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(join(CACHE, 'overlay-'));
  const place = (path: string): string => relative(folder, resolve(REPOSITORY, 'k8s/overlays/mine', path));
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    ...overlay,
    resources: overlay.resources.map(place),
    components: overlay.components.map(place),
  };
  try {
    await writeFile(join(folder, 'kustomization.yaml'), JSON.stringify(kustomization));
    return await kustomize(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The base with one of `k8s/components`. */
export async function withComponent(name: string): Promise<KubernetesObject[]> {
  return await renderOverlay({ resources: ['../../base'], components: [`../../components/${name}`] });
}
