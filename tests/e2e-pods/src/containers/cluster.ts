import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { IProbe } from 'kubernetes-models/v1/Probe';
import { stringify } from 'yaml';
import {
  onlyContainer,
  workloads,
  type KubernetesObject,
  type Workload,
} from '../manifests/kubernetes-object.ts';
import { REPOSITORY } from '../places.ts';
import { eventually } from './eventually.ts';
import type { Images } from './images.ts';
import { podManifests, type PlayFile } from './pod-manifests.ts';
import type { Container, Podman } from './podman.ts';

const LOAD_BALANCER = 'load-balancer';

/** How long a pod may take to be ready, in milliseconds; the machine may be busy with other tests. */
const READY_WITHIN_MS = 60_000;

/** Lines of a log that a failure shows. */
const LOG_LINES = '10';

/** The cluster of the manifests as pods of podman, with nginx as the load balancer that a cloud would bring. */
export class Cluster {
  readonly #podman: Podman;
  readonly #workloads: readonly Workload[];
  /** What was changed to deploy the manifests, in words. */
  readonly changes: readonly string[];

  private constructor(podman: Podman, objects: readonly KubernetesObject[], changes: readonly string[]) {
    this.#podman = podman;
    this.#workloads = workloads(objects);
    this.changes = changes;
  }

  /** Starts all pods at once, as Kubernetes does, and the load balancer when the edges are ready. */
  static async deploy(
    podman: Podman,
    objects: readonly KubernetesObject[],
    images: Images,
  ): Promise<Cluster> {
    const { files, changes } = podManifests(objects, images);
    const folder = await podman.folder('manifests');
    for (const file of files) await play(podman, folder, file);
    const balancer = `Service edge: its load balancer is a pod of nginx with docker/nginx.conf`;
    const cluster = new Cluster(podman, objects, [...changes, balancer]);
    await cluster.ready('edge');
    await play(podman, folder, loadBalancer(images));
    return cluster;
  }

  /** Names of what makes pods that stay. */
  get services(): string[] {
    return this.#workloads.filter(({ kind }) => kind === 'Deployment').map(({ name }) => name);
  }

  /** Base URL of the load balancer. */
  async url(): Promise<string> {
    const [container] = await this.containers(LOAD_BALANCER);
    return `http://${await this.#podman.address(container?.pod ?? LOAD_BALANCER)}:8080`;
  }

  /** The containers of a Deployment or Job. Throws when there are none. */
  async containers(name: string): Promise<Container[]> {
    const all = await this.#podman.containers();
    const own = all.filter(({ pod, isInfra }) => !isInfra && podPattern(name).test(pod));
    if (own.length === 0) throw new Error(`There is no pod of ${name}`);
    return own;
  }

  /** Resolves when all pods of a Deployment pass their readiness probe, as the kubelet would make it. */
  async ready(name: string): Promise<void> {
    const workload = this.#workloads.find((one) => one.name === name);
    const probe = workload === undefined ? undefined : onlyContainer(workload).readinessProbe;
    if (workload === undefined || probe === undefined) throw new Error(`${name} has no readiness probe`);
    await eventually(READY_WITHIN_MS, async () => {
      const containers = await this.containers(name);
      if (containers.length !== workload.replicas) throw new Error(`${name} has ${containers.length} pods`);
      for (const container of containers) await this.#probe(workload, container, probe);
    }).catch(async (error: unknown) => {
      throw new Error(`${name} is not ready; its log ends with\n${await this.#logTail(name)}`, {
        cause: error,
      });
    });
  }

  /** What a Job printed, once it ended well. */
  async finished(name: string): Promise<string> {
    return await eventually(READY_WITHIN_MS, async () => {
      const [container] = await this.containers(name);
      const log = await this.#podman.run(['logs', container?.name ?? name]);
      if (container?.running !== false || container.exitCode !== 0)
        throw new Error(`${name} has not ended well: ${JSON.stringify(container)}\n${log}`);
      return log;
    });
  }

  /** Kills every process of a Deployment at once, as a crash would; resolves when others have taken their place. */
  async crash(name: string): Promise<void> {
    const before = await this.containers(name);
    for (const { pid } of before) process.kill(pid, 'SIGKILL');
    const killed = new Set(before.map(({ pid }) => pid));
    await eventually(READY_WITHIN_MS, async () => {
      const waiting = (await this.containers(name)).filter(({ running, pid }) => !running || killed.has(pid));
      if (waiting.length > 0) throw new Error(`${name} has not come back: ${JSON.stringify(waiting)}`);
    });
    await this.ready(name);
  }

  async #logTail(name: string): Promise<string> {
    const containers = await this.containers(name);
    const logs = containers.map(
      async (container) => await this.#podman.run(['logs', '--tail', LOG_LINES, container.name]),
    );
    return (await Promise.all(logs)).join('\n');
  }

  async #probe(workload: Workload, container: Container, probe: IProbe): Promise<void> {
    if (probe.exec?.command !== undefined) {
      await this.#podman.run(['exec', container.name, ...probe.exec.command]);
      return;
    }
    const port = onlyContainer(workload).ports?.find(({ name }) => name === probe.httpGet?.port);
    const address = `${await this.#podman.address(container.pod)}:${port?.containerPort}`;
    const answer = await fetch(`http://${address}${probe.httpGet?.path}`);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${container.name} is not ready: ${answer.status} ${text}`);
  }
}

async function play(podman: Podman, folder: string, { name, alias, objects }: PlayFile): Promise<void> {
  const path = join(folder, `${name}.yaml`);
  await writeFile(path, objects.map((object) => stringify(object)).join('---\n'));
  const network = alias === undefined ? podman.network : `${podman.network}:alias=${alias}`;
  await podman.run(['kube', 'play', '--network', network, path]);
}

function loadBalancer({ nginx }: Images): PlayFile {
  const container = {
    name: 'nginx',
    image: nginx,
    imagePullPolicy: 'Never',
    command: ['nginx', '-c', '/etc/faasm/nginx.conf', '-g', 'daemon off;'],
    securityContext: { runAsUser: 101, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    volumeMounts: [{ name: 'config', mountPath: '/etc/faasm/nginx.conf', readOnly: true }],
  };
  const volumes = [
    { name: 'config', hostPath: { path: join(REPOSITORY, 'docker/nginx.conf'), type: 'File' } },
  ];
  const spec = { restartPolicy: 'Always', containers: [container], volumes };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: LOAD_BALANCER }, spec };
  return { name: LOAD_BALANCER, alias: undefined, objects: [pod] };
}

/** Podman calls the pods of a Deployment `NAME-pod` or `NAME-pod-0`, and a Pod `NAME`. */
function podPattern(name: string): RegExp {
  return new RegExp(`^${name}(-pod(-\\d+)?)?$`);
}
