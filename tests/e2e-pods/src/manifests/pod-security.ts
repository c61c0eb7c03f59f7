import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import type { IVolume } from 'kubernetes-models/v1/Volume';

const VOLUME_TYPES: ReadonlySet<string> = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

const SECCOMP_TYPES: ReadonlySet<string | undefined> = new Set(['RuntimeDefault', 'Localhost']);

type Rule<T> = readonly [violation: string, isBroken: (subject: T) => boolean];

const POD_RULES: readonly Rule<IPodSpec>[] = [
  ['shares the network of the node', ({ hostNetwork }) => hostNetwork === true],
  ['shares the processes of the node', ({ hostPID }) => hostPID === true],
  ['shares the IPC of the node', ({ hostIPC }) => hostIPC === true],
  ['may run as root', ({ securityContext }) => securityContext?.runAsNonRoot !== true],
  ['runs as user 0', ({ securityContext }) => securityContext?.runAsUser === 0],
  ['has no seccomp profile', (pod) => !SECCOMP_TYPES.has(pod.securityContext?.seccompProfile?.type)],
  ['sets sysctls', ({ securityContext }) => (securityContext?.sysctls ?? []).length > 0],
  ['has SELinux options', ({ securityContext }) => securityContext?.seLinuxOptions !== undefined],
  ['has an AppArmor profile', ({ securityContext }) => securityContext?.appArmorProfile !== undefined],
  ['runs as a Windows process', ({ securityContext }) => securityContext?.windowsOptions !== undefined],
  ['mounts a volume of the node', ({ volumes }) => (volumes ?? []).some(isForbiddenVolume)],
];

const CONTAINER_RULES: readonly Rule<IContainer>[] = [
  ['is privileged', ({ securityContext }) => securityContext?.privileged === true],
  ['may gain privileges', ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false],
  ['keeps capabilities', (container) => !(dropped(container) ?? []).includes('ALL')],
  ['adds capabilities', ({ securityContext }) => (securityContext?.capabilities?.add ?? []).length > 0],
  ['may run as root', ({ securityContext }) => securityContext?.runAsNonRoot === false],
  ['runs as user 0', ({ securityContext }) => securityContext?.runAsUser === 0],
  [
    'has a seccomp profile of its own',
    ({ securityContext }) => securityContext?.seccompProfile !== undefined,
  ],
  ['changes /proc', ({ securityContext }) => securityContext?.procMount !== undefined],
  ['has SELinux options', ({ securityContext }) => securityContext?.seLinuxOptions !== undefined],
  ['has an AppArmor profile', ({ securityContext }) => securityContext?.appArmorProfile !== undefined],
  ['runs as a Windows process', ({ securityContext }) => securityContext?.windowsOptions !== undefined],
  ['takes a port of the node', ({ ports }) => (ports ?? []).some(({ hostPort }) => hostPort !== undefined)],
  ['probes another host', (container) => probedHosts(container).some((host) => host !== undefined)],
];

/**
 * What the Pod Security Standard "restricted" (version 1.34) has against a pod, in words; nothing when it is admitted.
 * Stricter than the standard where it leaves a choice that no pod here needs.
 */
export function restrictedViolations(pod: IPodSpec): string[] {
  const containers = [...(pod.initContainers ?? []), ...pod.containers];
  return [
    ...broken(POD_RULES, pod).map((violation) => `pod ${violation}`),
    ...((pod.ephemeralContainers ?? []).length > 0 ? ['pod has ephemeral containers'] : []),
    ...containers.flatMap((container) =>
      broken(CONTAINER_RULES, container).map((violation) => `container ${container.name} ${violation}`),
    ),
  ];
}

function broken<T>(rules: readonly Rule<T>[], subject: T): string[] {
  return rules.filter(([, isBroken]) => isBroken(subject)).map(([violation]) => violation);
}

function isForbiddenVolume(volume: IVolume): boolean {
  return Object.keys(volume).some((key) => key !== 'name' && !VOLUME_TYPES.has(key));
}

function dropped({ securityContext }: IContainer): readonly string[] | undefined {
  return securityContext?.capabilities?.drop;
}

function probedHosts(container: IContainer): (string | undefined)[] {
  const { startupProbe, readinessProbe, livenessProbe, lifecycle } = container;
  const handlers = [startupProbe, readinessProbe, livenessProbe, lifecycle?.preStop, lifecycle?.postStart];
  return handlers.flatMap((handler) => [handler?.httpGet?.host, handler?.tcpSocket?.host]);
}
