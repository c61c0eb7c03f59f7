import type { ServiceName, SettingInputs, SettingName } from '@faasm/chassis';
import type { Command } from 'commander';

/** A role that a process can have: which flags it takes, and what runs it. */
interface Role {
  readonly name: ServiceName;
  readonly description: string;
  /** Flag (`--port <port>`) by the setting that it sets. */
  readonly flags: Partial<Record<SettingName, { readonly flag: string; readonly help: string }>>;
  readonly load: () => Promise<{ readonly runService: (inputs: SettingInputs) => Promise<void> }>;
}

const HOST = { flag: '--host <address>', help: 'address to listen on' };
const THREADS = { flag: '--threads <number>', help: 'calls that run at once; 0 for one a core' };
const DATA_DIR = { flag: '--data-dir <path>', help: 'data directory' };

const ROLES: readonly Role[] = [
  {
    name: 'start',
    description: 'start the standalone server: edge, upload and worker in one process',
    flags: {
      EDGE_PORT: { flag: '--port <port>', help: 'port for calls' },
      UPLOAD_PORT: { flag: '--upload-port <port>', help: 'port for uploads' },
      BIND_ADDRESS: HOST,
      FUNC_ROOT: DATA_DIR,
      THREADS_PER_WORKER: THREADS,
    },
    load: async () => await import('@faasm/standalone'),
  },
  {
    name: 'edge',
    description: 'start an edge of a cluster: it accepts calls over HTTP',
    flags: {
      EDGE_PORT: { flag: '--port <port>', help: 'port for calls' },
      BIND_ADDRESS: HOST,
      FUNC_ROOT: DATA_DIR,
    },
    load: async () => await import('@faasm/edge'),
  },
  {
    name: 'worker',
    description: 'start a worker of a cluster: it runs calls',
    flags: {
      WORKER_PORT: { flag: '--port <port>', help: 'port for health and metrics' },
      BIND_ADDRESS: HOST,
      FUNC_ROOT: DATA_DIR,
      THREADS_PER_WORKER: THREADS,
    },
    load: async () => await import('@faasm/worker'),
  },
];

const UPLOAD_ROLE: Role = {
  name: 'upload',
  description: 'without arguments, start the upload service of a cluster; with a file, upload it',
  flags: {
    UPLOAD_PORT: { flag: '--port <port>', help: 'port for uploads' },
    BIND_ADDRESS: HOST,
    FUNC_ROOT: DATA_DIR,
  },
  load: async () => await import('@faasm/upload'),
};

/** Adds `start`, `edge` and `worker`. */
export function addRoles(program: Command): void {
  for (const role of ROLES) {
    const command = program.command(role.name).description(role.description);
    addRoleFlags(command, role);
    command.action(async (options: Record<string, string>) => {
      await runRole(role, options);
    });
  }
}

/** Adds the flags of the upload service to `faasm upload`. */
export function addUploadRoleFlags(command: Command): void {
  command.description(UPLOAD_ROLE.description);
  addRoleFlags(command, UPLOAD_ROLE);
}

/** Runs the upload service. */
export async function runUploadRole(options: Readonly<Record<string, unknown>>): Promise<void> {
  await runRole(UPLOAD_ROLE, options);
}

function addRoleFlags(command: Command, role: Role): void {
  for (const [setting, { flag, help }] of Object.entries(role.flags))
    command.option(flag, `${help} (setting ${setting})`);
}

async function runRole(role: Role, options: Readonly<Record<string, unknown>>): Promise<void> {
  const overrides: { [N in SettingName]?: string } = {};
  for (const [setting, { flag }] of Object.entries(role.flags)) {
    const value = options[optionKey(flag)];
    if (typeof value === 'string') overrides[setting as SettingName] = value;
  }
  const { runService } = await role.load();
  await runService({ env: process.env, overrides });
}

/** `--upload-port <port>` is the option `uploadPort`. */
function optionKey(flag: string): string {
  const [long = ''] = flag.split(' ');
  return long.slice(2).replaceAll(/-(?<letter>[a-z])/g, (_, letter: string) => letter.toUpperCase());
}
