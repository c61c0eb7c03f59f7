import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, type RunOptions } from '../run.ts';

/** Open files and processes of a container: below the hard limits of small machines, which runc may not raise. */
const ULIMITS = ['nofile=4096:4096', 'nproc=4096:4096'];

/** A container as `podman ps` tells it. */
export interface Container {
  readonly name: string;
  readonly pod: string;
  readonly isInfra: boolean;
  /** 0 when it does not run. */
  readonly pid: number;
  readonly running: boolean;
  readonly exitCode: number;
}

/** How often the pods are removed, at most, until none is left. */
const REMOVALS_MAX = 3;

/**
 * Podman with storage, settings and a network of its own, so that it sees and touches no other containers of the
 * machine. Needs root. Whoever created it disposes of it, which ends and removes all that it made.
 */
export class Podman implements AsyncDisposable {
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;
  /** Name of the network of the pods; unique on the machine, since all podmans share one name server. */
  readonly network: string;

  private constructor(folder: string, network: string) {
    this.#folder = folder;
    this.network = network;
    this.#env = {
      ...process.env,
      CONTAINERS_CONF: join(folder, 'containers.conf'),
      CONTAINERS_STORAGE_CONF: join(folder, 'storage.conf'),
    };
  }

  /** Makes the folder and the network. */
  static async create(): Promise<Podman> {
    const folder = await mkdtemp(join(tmpdir(), 'faasm-e2e-pods-'));
    await writeFile(join(folder, 'containers.conf'), containersConf(folder));
    await writeFile(join(folder, 'storage.conf'), storageConf(folder));
    const podman = new Podman(folder, `faasm-e2e-${randomBytes(4).toString('hex')}`);
    await podman.run(['network', 'create', podman.network]);
    return podman;
  }

  /** Runs `podman` and returns what it prints. */
  async run(args: readonly string[], options: Omit<RunOptions, 'env'> = {}): Promise<string> {
    return await run('podman', args, { ...options, env: this.#env });
  }

  /** A new empty folder, which goes when podman goes. */
  async folder(name: string): Promise<string> {
    const path = join(this.#folder, name);
    await mkdir(path);
    return path;
  }

  /** All containers, those of the pods themselves ("infra") too. */
  async containers(): Promise<Container[]> {
    const listed = JSON.parse(
      await this.run(['ps', '--all', '--pod', '--format', 'json']),
    ) as ListedContainer[];
    return listed.map(({ Names, PodName, IsInfra, Pid, State, ExitCode }) => ({
      name: Names[0] ?? '',
      pod: PodName,
      isInfra: IsInfra,
      pid: State === 'running' ? Pid : 0,
      running: State === 'running',
      exitCode: ExitCode,
    }));
  }

  /** Address of a pod in the network. */
  async address(pod: string): Promise<string> {
    const infra = (await this.containers()).find((container) => container.pod === pod && container.isInfra);
    if (infra === undefined) throw new Error(`There is no pod ${pod}`);
    const format = `{{(index .NetworkSettings.Networks "${this.network}").IPAddress}}`;
    return (await this.run(['inspect', infra.name, '--format', format])).trim();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#removePods();
    await this.run(['network', 'rm', this.network]);
    // Storage that is mounted on itself may stay so.
    for (const place of (await mountsBelow(this.#folder)).toReversed()) await run('umount', [place]);
    await rm(this.#folder, { recursive: true });
  }

  /** Podman removes a pod's control group while what watched its containers is still ending in it, and then says that it is busy. */
  async #removePods(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.run(['pod', 'rm', '--all', '--force', '--time', '0']);
        return;
      } catch (error) {
        if (attempt === REMOVALS_MAX) throw error;
      }
    }
  }
}

interface ListedContainer {
  readonly Names: readonly string[];
  readonly PodName: string;
  readonly IsInfra: boolean;
  readonly Pid: number;
  readonly State: string;
  readonly ExitCode: number;
}

async function mountsBelow(folder: string): Promise<string[]> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n');
  return mounts.map((line) => line.split(' ')[1] ?? '').filter((place) => place.startsWith(`${folder}/`));
}

function containersConf(folder: string): string {
  return `[containers]
default_ulimits = ${JSON.stringify(ULIMITS)}
log_driver = "k8s-file"
[network]
network_backend = "netavark"
network_config_dir = ${JSON.stringify(join(folder, 'networks'))}
[engine]
cgroup_manager = "cgroupfs"
runtime = "runc"
events_logger = "file"
lock_type = "file"
tmp_dir = ${JSON.stringify(join(folder, 'tmp'))}
`;
}

function storageConf(folder: string): string {
  return `[storage]
driver = "overlay"
graphroot = ${JSON.stringify(join(folder, 'root'))}
runroot = ${JSON.stringify(join(folder, 'run'))}
`;
}
