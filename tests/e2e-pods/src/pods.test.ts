import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, suite, test } from 'node:test';
import { Cluster } from './containers/cluster.ts';
import { buildImages } from './containers/images.ts';
import { Podman } from './containers/podman.ts';
import { kustomize, NO_KUBECTL } from './manifests/kubectl.ts';
import { documentedCommand } from './operations/documented-commands.ts';
import { run } from './run.ts';

const NOT_ROOT = process.getuid?.() === 0 ? undefined : 'containers are made as root';
const SKIP = NO_KUBECTL ?? NOT_ROOT;

/** Everything of the suite, the images too. */
const TIMEOUT_MS = 420_000;

await suite('pods', { ...(SKIP === undefined ? {} : { skip: SKIP }), timeout: TIMEOUT_MS }, () => {
  const resources = new AsyncDisposableStack();
  let podman: Podman;
  let cluster: Cluster;
  let url: string;

  before(async () => {
    podman = resources.use(await Podman.create());
    const images = await buildImages(podman);
    cluster = await Cluster.deploy(podman, await kustomize('k8s/base'), images);
    url = await cluster.url();
    const said = cluster.changes.map((change) => `  ${change}`).join('\n');
    process.stdout.write(`Changed for podman kube play:\n${said}\n`);
  });

  after(async () => {
    await resources.disposeAsync();
  });

  /** The line that people are told to try. */
  async function curlEcho(): Promise<string> {
    const line = await documentedCommand('curl -X POST');
    const { hostname } = new URL(url);
    const options = '--silent --show-error --fail-with-body';
    return await run('sh', ['-c', `${line.replace('<endpoint_ip>', hostname)} ${options}`]);
  }

  test('the Job uploads the demo functions', async () => {
    assert.match(await cluster.finished('upload-demos'), /^demo\/echo is now [0-9a-f]{64}/m);
  });

  test('every pod becomes ready', async () => {
    for (const name of cluster.services) await cluster.ready(name);
  });

  test('the published curl line answers through the load balancer', async () => {
    assert.equal(await curlEcho(), 'hello world');
  });

  test('no process has a capability, is root, may become more, or is without a seccomp filter', async () => {
    for (const name of cluster.services) {
      for (const { pid } of await cluster.containers(name)) {
        const status = await readFile(`/proc/${pid}/status`, 'utf8');
        const value = (key: string): string => new RegExp(`^${key}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? '';
        for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'])
          assert.equal(BigInt(`0x${value(set)}`), 0n, `${name} ${set}`);
        assert.deepEqual([value('NoNewPrivs'), value('Seccomp')], ['1', '2'], name);
        assert.ok(Number(value('Uid')) > 0, name);
      }
    }
  });

  test('edges and workers cannot write function storage', async () => {
    for (const name of ['edge', 'worker']) {
      const [container] = await cluster.containers(name);
      await assert.rejects(
        podman.run(['exec', container?.name ?? '', 'touch', '/var/lib/faasm/x']),
        /Read-only file system/,
      );
    }
  });

  test('the load balancer refuses an input above the limit as the edges would', async () => {
    const answer = await fetch(`${url}/f/demo/echo`, { method: 'POST', body: new Uint8Array(6_291_457) });
    assert.equal(answer.status, 413);
    const { code } = (await answer.json()) as { code: string };
    assert.equal(code, 'request.too_large');
    assert.equal((await fetch(`${url}/metrics`)).status, 404);
  });

  test('a call that was accepted survives kill -9 of redis-queue (I1)', async () => {
    const accepted = await fetch(`${url}/fa/demo/echo`, { method: 'POST', body: 'durable' });
    assert.deepEqual([accepted.status, accepted.headers.get('x-faasm-durable')], [202, 'true']);
    const location = accepted.headers.get('location');
    await cluster.crash('redis-queue');
    await cluster.ready('edge');
    const result = await fetch(`${url}${location}/result?wait=30s`);
    assert.deepEqual([result.status, await result.text()], [200, 'durable']);
  });

  for (const name of ['edge', 'worker', 'upload', 'redis-queue', 'redis-state']) {
    test(`pods of ${name} are killed and come back`, async () => {
      await cluster.crash(name);
      for (const service of cluster.services) await cluster.ready(service);
      assert.equal(await curlEcho(), 'hello world');
    });
  }
});
