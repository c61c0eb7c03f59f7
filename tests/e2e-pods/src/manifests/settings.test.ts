import { readSettings, SETTINGS, type SettingName } from '@faasm/chassis';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { parse } from 'yaml';
import { REPOSITORY } from '../places.ts';
import { kustomize, NO_KUBECTL } from './kubectl.ts';
import { named, ofKind, onlyContainer, workloads, type Workload } from './kubernetes-object.ts';

const options = NO_KUBECTL === undefined ? {} : { skip: NO_KUBECTL };
const NAMES = Object.keys(SETTINGS) as SettingName[];

/** Which settings differ from their defaults in a cluster. */
const CLUSTER_VALUES = {
  BIND_ADDRESS: '0.0.0.0',
  FUNC_ROOT: '/var/lib/faasm',
  REDIS_QUEUE_HOST: 'redis-queue',
  REDIS_STATE_HOST: 'redis-state',
};

await suite('ConfigMap faasm-config', options, async () => {
  if (NO_KUBECTL !== undefined) return;
  const base = await kustomize('k8s/base');
  const env = named(base, 'ConfigMap', 'faasm-config').data ?? {};
  const settings = readSettings(NAMES, { env });
  const workload = (name: string): Workload => {
    const found = workloads(base).find((one) => one.name === name);
    assert.ok(found, name);
    return found;
  };
  const port = (name: string): number | undefined => onlyContainer(workload(name)).ports?.[0]?.containerPort;

  test('has every setting and nothing else', () => {
    assert.deepEqual(Object.keys(env).toSorted(), NAMES.toSorted());
  });

  test('differs from the defaults only where a cluster must', () => {
    assert.deepEqual(differences(env), CLUSTER_VALUES);
  });

  test('names the ports that the pods open', () => {
    assert.equal(port('edge'), settings.EDGE_PORT);
    assert.equal(port('worker'), settings.WORKER_PORT);
    assert.equal(port('upload'), settings.UPLOAD_PORT);
    assert.deepEqual([port('redis-queue'), port('redis-state')], [settings.REDIS_PORT, settings.REDIS_PORT]);
  });

  test('names the Services of the Redis servers', () => {
    const services = new Set(ofKind(base, 'Service').map(({ metadata }) => metadata.name));
    assert.ok(services.has(settings.REDIS_QUEUE_HOST) && services.has(settings.REDIS_STATE_HOST));
  });

  test('names the directory where function storage is mounted, which the upload service alone writes', () => {
    for (const name of ['edge', 'worker', 'upload']) {
      const mount = onlyContainer(workload(name)).volumeMounts?.find(
        ({ mountPath }) => mountPath === settings.FUNC_ROOT,
      );
      const volume = workload(name).pod.volumes?.find((one) => one.name === mount?.name);
      assert.equal(volume?.persistentVolumeClaim?.claimName, 'faasm-functions');
      const readOnly = name === 'upload' ? undefined : true;
      assert.deepEqual([mount?.readOnly, volume.persistentVolumeClaim.readOnly], [readOnly, readOnly]);
    }
  });

  test('gives running calls less time to end than Kubernetes gives the pods', () => {
    for (const name of ['edge', 'worker', 'upload'])
      assert.ok(graceMs(workload(name)) > settings.DRAIN_TIMEOUT, name);
    assert.ok(graceMs(workload('edge')) > settings.GLOBAL_MESSAGE_TIMEOUT, 'synchronous calls');
  });

  test('fits the limits of the load balancer', async () => {
    const nginx = await readFile(join(REPOSITORY, 'docker/nginx.conf'), 'utf8');
    const value = (directive: string): number =>
      Number(new RegExp(`^\\s*${directive} (\\d+)s?;`, 'm').exec(nginx)?.[1]);
    assert.equal(value('client_max_body_size'), settings.INPUT_LIMIT_BYTES);
    assert.ok(value('proxy_read_timeout') * 1000 > settings.CALL_TIMEOUT_MAX);
    assert.ok(nginx.includes(`server edge:${settings.EDGE_PORT} `));
    assert.doesNotMatch(nginx, /^[^#]*non_idempotent/m);
  });
});

interface Compose {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly image: string;
        readonly command: readonly string[];
        readonly environment?: Readonly<Record<string, string>>;
        readonly deploy?: { readonly replicas: number };
        readonly privileged?: boolean;
        readonly read_only?: boolean;
        readonly cap_drop?: readonly string[];
      }
    >
  >;
}

test('compose.yaml runs what the manifests run', options, async () => {
  const text = await readFile(join(REPOSITORY, 'docker/compose.yaml'), 'utf8');
  const { services } = parse(text, { merge: true }) as Compose;
  for (const one of workloads(await kustomize('k8s/base'))) {
    const service = services[one.name];
    const { image, command = [], args = [] } = onlyContainer(one);
    assert.ok(service, one.name);
    assert.equal(service.image, image);
    assert.deepEqual(service.command, [...command, ...args]);
    assert.equal(service.deploy?.replicas ?? 1, one.replicas);
  }
  for (const [name, { environment, privileged, read_only: readOnly, cap_drop: dropped }] of Object.entries(
    services,
  )) {
    assert.deepEqual([privileged, readOnly, dropped], [undefined, true, ['ALL']], name);
    if (environment !== undefined) assert.deepEqual(environment, CLUSTER_VALUES);
  }
});

function differences(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = env[name];
      return value === undefined || value === String(SETTINGS[name].default) ? [] : [[name, value]];
    }),
  );
}

function graceMs({ pod }: Workload): number {
  const sleepSeconds = pod.containers[0]?.lifecycle?.preStop?.sleep?.seconds ?? 0;
  return ((pod.terminationGracePeriodSeconds ?? 30) - sleepSeconds) * 1000;
}
