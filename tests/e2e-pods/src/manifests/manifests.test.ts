import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import type { IContainer } from 'kubernetes-models/v1/Container';
import { REPOSITORY } from '../places.ts';
import { kustomize, NO_KUBECTL } from './kubectl.ts';
import { named, ofKind, onlyContainer, workloads, type KubernetesObject } from './kubernetes-object.ts';
import { withComponent } from './overlay.ts';
import { restrictedViolations } from './pod-security.ts';
import { checkProperties, validate } from './validate.ts';

const options = NO_KUBECTL === undefined ? {} : { skip: NO_KUBECTL };

/** Kinds that are not in a namespace. */
const CLUSTER_KINDS: ReadonlySet<string> = new Set(['Namespace', 'PersistentVolume']);

await suite('k8s', options, async () => {
  if (NO_KUBECTL !== undefined) return;
  const base = await kustomize('k8s/base');
  const renderings: Readonly<Record<string, KubernetesObject[]>> = {
    base,
    'overlays/local': await kustomize('k8s/overlays/local'),
    'components/node-port': await withComponent('node-port'),
    'components/external-ips': await withComponent('external-ips'),
    'components/somaxconn': await withComponent('somaxconn'),
  };

  for (const [name, objects] of Object.entries(renderings)) checkRendering(name, objects);

  test('base has the parts of the published set-up in the published numbers', () => {
    const replicas = Object.fromEntries(
      workloads(base).map((workload) => [workload.name, workload.replicas]),
    );
    assert.deepEqual(replicas, {
      edge: 2,
      worker: 3,
      upload: 1,
      'redis-queue': 1,
      'redis-state': 1,
      'upload-demos': 1,
    });
    assert.deepEqual(
      ofKind(base, 'Service').map(({ metadata, spec }) => [
        metadata.name,
        spec?.type,
        spec?.ports?.[0]?.port,
      ]),
      [
        ['edge', 'LoadBalancer', 8080],
        ['redis-queue', undefined, 6379],
        ['redis-state', undefined, 6379],
        ['upload', undefined, 8002],
      ],
    );
  });

  test('base enforces Pod Security "restricted" on its namespace', () => {
    assert.equal(enforced(base), 'restricted');
  });

  for (const workload of workloads(base)) {
    test(`${workload.kind} ${workload.name} is admitted by Pod Security "restricted" and has no way around it`, () => {
      const { pod } = workload;
      assert.deepEqual(restrictedViolations(pod), []);
      assert.ok(Number(pod.securityContext?.runAsUser) > 0, 'has a fixed user');
      assert.equal(pod.automountServiceAccountToken, false);
      assert.equal(onlyContainer(workload).securityContext?.readOnlyRootFilesystem, true);
    });

    test(`${workload.kind} ${workload.name} takes its environment from faasm-config and from nowhere else`, () => {
      const { env, envFrom } = onlyContainer(workload);
      assert.deepEqual([env, envFrom], [undefined, [{ configMapRef: { name: 'faasm-config' } }]]);
      assert.equal(workload.pod.enableServiceLinks, false);
    });

    test(`${workload.kind} ${workload.name} has requests and limits`, () => {
      const { requests = {}, limits = {} } = onlyContainer(workload).resources ?? {};
      assert.deepEqual(Object.keys(requests).toSorted(), ['cpu', 'memory']);
      assert.deepEqual(Object.keys(limits).toSorted(), ['cpu', 'memory']);
    });
  }

  for (const { metadata, spec } of ofKind(base, 'Deployment')) {
    test(`Deployment ${metadata.name} is probed`, () => {
      const [container] = spec?.template.spec?.containers ?? [];
      assert.ok(container?.startupProbe && container.readinessProbe && container.livenessProbe);
    });
  }

  test('Services lead to a port that the pods of one Deployment have', () => {
    for (const { metadata, spec } of ofKind(base, 'Service')) {
      const selected = ofKind(base, 'Deployment').filter((deployment) =>
        matches(spec?.selector ?? {}, deployment.spec?.template.metadata?.labels ?? {}),
      );
      assert.deepEqual(
        selected.map((deployment) => deployment.metadata.name),
        [metadata.name],
      );
      const ports: IContainer['ports'] = selected[0]?.spec?.template.spec?.containers[0]?.ports ?? [];
      for (const { targetPort, port } of spec?.ports ?? [])
        assert.equal(ports.find(({ name }) => name === targetPort)?.containerPort, port);
    }
  });

  test('base runs this version', async () => {
    const manifest = await readFile(join(REPOSITORY, 'package.json'), 'utf8');
    const { version } = JSON.parse(manifest) as { version: string };
    const faasmOrRedis = new RegExp(`^(redis:8\\.2|faasm:${version.replaceAll('.', '\\.')})$`);
    for (const workload of workloads(base)) {
      assert.match(String(onlyContainer(workload).image), faasmOrRedis);
    }
  });

  test('base keeps functions on an NFS share that many nodes mount, and shows new versions at once', () => {
    const { spec } = named(base, 'PersistentVolume', 'faasm-functions');
    assert.deepEqual(spec?.accessModes, ['ReadWriteMany']);
    assert.deepEqual(Object.keys(spec.nfs ?? {}).toSorted(), ['path', 'server']);
    assert.ok(spec.mountOptions?.includes('lookupcache=none'));
    const claim = named(base, 'PersistentVolumeClaim', 'faasm-functions').spec;
    assert.deepEqual([claim?.volumeName, claim?.accessModes], ['faasm-functions', ['ReadWriteMany']]);
  });

  test('components/node-port and external-ips make the edge reachable without a load balancer', () => {
    const service = (name: string) => named(renderings[name] ?? [], 'Service', 'edge').spec;
    const nodePort = service('components/node-port');
    assert.deepEqual([nodePort?.type, nodePort?.ports?.[0]?.nodePort], ['NodePort', 30_080]);
    assert.deepEqual(nodePort?.ports?.[0]?.port, 8080);
    const external = service('components/external-ips');
    assert.deepEqual([external?.type, external?.externalIPs], ['ClusterIP', ['192.0.2.10']]);
    assert.deepEqual(external?.ports?.[0]?.port, 8080);
  });

  test('components/somaxconn sets the sysctl and says that restricted no longer holds', () => {
    const objects = renderings['components/somaxconn'] ?? [];
    assert.equal(enforced(objects), 'privileged');
    const set = workloads(objects).filter(({ pod }) =>
      (pod.securityContext?.sysctls ?? []).some(
        ({ name, value }) => name === 'net.core.somaxconn' && value === '65535',
      ),
    );
    assert.deepEqual(set.map(({ name }) => name).toSorted(), ['edge', 'redis-queue', 'redis-state']);
    for (const { pod } of set) assert.deepEqual(restrictedViolations(pod), ['pod sets sysctls']);
  });
});

function checkRendering(name: string, objects: readonly KubernetesObject[]): void {
  test(`${name}: every object fits the schema of its kind`, async () => {
    assert.ok(objects.length >= 20, `${objects.length} objects`);
    for (const object of objects) await validate(object);
  });

  test(`${name}: no object has a property that its kind does not know`, async () => {
    await checkProperties(objects);
  });

  test(`${name}: all that can be is in the namespace faasm`, () => {
    for (const { kind, metadata } of objects)
      assert.equal(metadata.namespace, CLUSTER_KINDS.has(kind) ? undefined : 'faasm', metadata.name);
  });
}

test('validate and checkProperties notice what is wrong', async () => {
  const deployment = (more: object): KubernetesObject => {
    const spec = { selector: {}, template: { spec: { containers: [{ name: 'one' }] } }, ...more };
    return Object.assign(
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'wrong' } },
      { spec },
    );
  };
  await assert.rejects(
    validate(deployment({ replicas: '2' })),
    /Deployment wrong: .*replicas must be integer/,
  );
  await assert.rejects(checkProperties([deployment({ replcas: 2 })]), /'"replcas"' does not exist/);
  await validate(deployment({ replicas: 2 }));
  await checkProperties([deployment({ replicas: 2 })]);
});

function enforced(objects: readonly KubernetesObject[]): string | undefined {
  const namespace = objects.find(({ kind }) => kind === 'Namespace');
  return namespace?.metadata.labels?.['pod-security.kubernetes.io/enforce'];
}

function matches(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}
