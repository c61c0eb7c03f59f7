import { cp, mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { REPOSITORY } from '../places.ts';
import { run } from '../run.ts';
import { debianArchive } from './debian.ts';
import type { Podman } from './podman.ts';

const DEBIAN = 'localhost/faasm-e2e/debian';
const NODE = 'localhost/faasm-e2e/node';

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Where the image that is built finds npm's cache. */
const NPM_CACHE = '/npm-cache';

/** The images of the pods, as podman knows them. */
export interface Images {
  readonly faasm: string;
  readonly redis: string;
  readonly nginx: string;
}

/**
 * Builds all images without a registry for images and without network: the base images are made from Debian's packages
 * and from the Node that npm installed, then `docker/Dockerfile` is built on that.
 */
export async function buildImages(podman: Podman): Promise<Images> {
  await podman.run(['import', '--quiet', '--change', `ENV ${PATH}`, await debianArchive(), DEBIAN]);
  await buildNodeImage(podman);
  const faasm = 'localhost/faasm:e2e';
  const cache = (await run('npm', ['config', 'get', 'cache'], { cwd: REPOSITORY })).trim();
  // What `npm ci` of this repository left there, as a layer that takes writes and forgets them.
  const mount = `--volume=${cache}:${NPM_CACHE}:O`;
  const from = ['--file=docker/Dockerfile', `--build-arg=BASE_IMAGE=${NODE}`, '--network=none'];
  await podman.run(['build', ...from, mount, `--tag=${faasm}`, '.'], { cwd: REPOSITORY });
  return { faasm, redis: DEBIAN, nginx: DEBIAN };
}

/** As the official image: Debian, Node and npm; but npm takes everything from its cache. */
async function buildNodeImage(podman: Podman): Promise<void> {
  const context = await podman.folder('node');
  const local = join(context, 'local');
  const modules = join(local, 'lib/node_modules');
  await mkdir(join(local, 'bin'), { recursive: true });
  await mkdir(modules, { recursive: true });
  await mkdir(join(local, 'etc'));
  const settings = `cache=${NPM_CACHE}\noffline=true\nlogs-max=0\nupdate-notifier=false\n`;
  await writeFile(join(local, 'etc/npmrc'), settings);
  const node = createRequire(import.meta.url).resolve(`node-linux-${process.arch}/bin/node`);
  await cp(node, join(local, 'bin/node'));
  await cp(await npmFolder(), join(modules, 'npm'), { recursive: true });
  await symlink('../lib/node_modules/npm/bin/npm-cli.js', join(local, 'bin/npm'));
  await writeFile(join(context, 'Dockerfile'), `FROM ${DEBIAN}\nCOPY local /usr/local\n`);
  await podman.run(['build', '--network=none', `--tag=${NODE}`, context]);
}

/** Where this machine's npm is. */
async function npmFolder(): Promise<string> {
  const cli = process.env['npm_execpath'] ?? (await run('sh', ['-c', 'command -v npm'])).trim();
  return dirname(dirname(await realpath(cli)));
}
