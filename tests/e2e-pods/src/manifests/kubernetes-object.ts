import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IJob } from 'kubernetes-models/batch/v1/Job';
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IPersistentVolume } from 'kubernetes-models/v1/PersistentVolume';
import type { IPersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import type { IService } from 'kubernetes-models/v1/Service';

/** Any object of a manifest. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

/** Types of the kinds that tests look into. */
export interface Kinds {
  ConfigMap: IConfigMap;
  Deployment: IDeployment;
  Job: IJob;
  PersistentVolume: IPersistentVolume;
  PersistentVolumeClaim: IPersistentVolumeClaim;
  Service: IService;
}

/** The objects of one kind. */
export function ofKind<K extends keyof Kinds>(
  objects: readonly KubernetesObject[],
  kind: K,
): (KubernetesObject & Kinds[K])[] {
  return objects.filter((object): object is KubernetesObject & Kinds[K] => object.kind === kind);
}

/** The one object of that kind and name. Throws when there is none. */
export function named<K extends keyof Kinds>(
  objects: readonly KubernetesObject[],
  kind: K,
  name: string,
): KubernetesObject & Kinds[K] {
  const found = ofKind(objects, kind).find((object) => object.metadata.name === name);
  if (found === undefined) throw new Error(`There is no ${kind} ${name}`);
  return found;
}

/** The pods that an object makes. */
export interface Workload {
  readonly kind: 'Deployment' | 'Job';
  readonly name: string;
  readonly replicas: number;
  readonly pod: IPodSpec;
}

/** Everything that makes pods. Throws for a pod without a container. */
export function workloads(objects: readonly KubernetesObject[]): Workload[] {
  const deployments = ofKind(objects, 'Deployment').map(({ metadata, spec }) => ({
    kind: 'Deployment' as const,
    name: metadata.name,
    replicas: spec?.replicas ?? 1,
    pod: present(spec?.template.spec, `Deployment ${metadata.name} has no pod`),
  }));
  const jobs = ofKind(objects, 'Job').map(({ metadata, spec }) => ({
    kind: 'Job' as const,
    name: metadata.name,
    replicas: 1,
    pod: present(spec?.template.spec, `Job ${metadata.name} has no pod`),
  }));
  return [...deployments, ...jobs];
}

/** The one container of a pod. Throws when there are more. */
export function onlyContainer({ name, pod }: Workload): IContainer {
  const [container, ...more] = pod.containers;
  if (container === undefined || more.length > 0) throw new Error(`${name} has not one container`);
  return container;
}

function present<T>(value: T | undefined, complaint: string): T {
  if (value === undefined) throw new Error(complaint);
  return value;
}
