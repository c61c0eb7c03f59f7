import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import {
  ofKind,
  onlyContainer,
  workloads,
  type KubernetesObject,
  type Workload,
} from '../manifests/kubernetes-object.ts';
import type { Images } from './images.ts';

/** What `podman kube play` is given for one Deployment or Job. */
export interface PlayFile {
  readonly name: string;
  /** Name under which its pods are found in the network; undefined for those that no Service leads to. */
  readonly alias: string | undefined;
  readonly objects: readonly object[];
}

/** Manifests made fit for podman, and each change, in words. */
export interface PodManifests {
  readonly files: readonly PlayFile[];
  readonly changes: readonly string[];
}

/** Kinds that podman has nothing for, and what takes their place. */
const REPLACED: Readonly<Record<string, string>> = {
  Namespace: 'left out: the network of this test takes its place, Pod Security is checked without it',
  NetworkPolicy: 'left out: podman has none',
  PersistentVolume: 'left out: a volume of podman takes the place of the NFS share',
  PersistentVolumeClaim: 'left out: podman makes a volume of that name',
  PodDisruptionBudget: 'left out: nothing is drained here',
  Service: 'left out: its name leads to its pods by the name server of the network',
};

/** Makes rendered manifests fit for `podman kube play` 4.3; all that is not named in the changes stays as it is. */
export function podManifests(objects: readonly KubernetesObject[], images: Images): PodManifests {
  const services = new Set(ofKind(objects, 'Service').map(({ metadata }) => metadata.name));
  const configMaps = ofKind(objects, 'ConfigMap');
  const changes = objects.flatMap(({ kind, metadata }) => {
    const replaced = REPLACED[kind];
    return replaced === undefined ? [] : [`${kind} ${metadata.name}: ${replaced}`];
  });
  const files = workloads(objects).map((workload) => {
    const { pod, changes: podChanges } = podForPodman(workload, images);
    changes.push(...podChanges.map((change) => `${workload.kind} ${workload.name}: ${change}`));
    if (workload.kind === 'Job') changes.push(`Job ${workload.name}: becomes a Pod`);
    const alias = services.has(workload.name) ? workload.name : undefined;
    return { name: workload.name, alias, objects: [...configMaps, podObject(workload, pod)] };
  });
  return { files, changes };
}

function podObject({ kind, name, replicas }: Workload, spec: IPodSpec): object {
  const metadata = { name, labels: { app: name } };
  if (kind === 'Job') return { apiVersion: 'v1', kind: 'Pod', metadata, spec };
  const template = { metadata: { labels: metadata.labels }, spec };
  const selector = { matchLabels: metadata.labels };
  return { apiVersion: 'apps/v1', kind, metadata, spec: { replicas, selector, template } };
}

function podForPodman(workload: Workload, images: Images): { pod: IPodSpec; changes: string[] } {
  const { name } = workload;
  const pod = structuredClone(workload.pod);
  const container = onlyContainer({ ...workload, pod });
  const changes: string[] = [];

  const image = imageFor(container, images);
  changes.push(`image ${String(container.image)} is ${image}, and never pulled`);
  container.image = image;
  container.imagePullPolicy = 'Never';

  if (container.readinessProbe !== undefined) {
    changes.push('probes are made by this test: podman would leave them to systemd');
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'] as const) delete container[probe];
  }
  if (container.ports !== undefined) {
    changes.push('ports are not listed: podman would open them on this machine');
    delete container.ports;
  }
  for (const { name: volume, emptyDir } of pod.volumes ?? []) {
    if (emptyDir !== undefined)
      changes.push(`volume ${volume} is ${name}-${volume}, and shared by all its pods`);
  }
  // Podman calls an emptyDir as the pod does, and whatever has the same name is the same volume.
  for (const volume of [...(pod.volumes ?? []), ...(container.volumeMounts ?? [])])
    volume.name = `${name}-${volume.name}`;
  return { pod, changes };
}

function imageFor({ image = '' }: IContainer, images: Images): string {
  const [repository = ''] = image.split(':');
  if (repository === 'faasm' || repository === 'redis') return images[repository];
  throw new Error(`There is no image here for ${image}`);
}
