import type { ServiceName, SettingInputs, SettingName, SettingTexts } from '@faasm/chassis';
import type { Command } from 'commander';
import { configurationChecked } from '../configuration.ts';
import type { Options } from '../context.ts';

/** A flag that sets a setting. */
interface RoleFlag {
  readonly setting: SettingName;
  /** As commander takes it: `--upload-port <port>`. */
  readonly flag: string;
  /** Where commander puts its value: `uploadPort`. */
  readonly key: string;
  readonly help: string;
}

/** A role that a process can have: which flags it takes, and what runs it. */
export interface Role {
  readonly name: ServiceName;
  readonly description: string;
  readonly flags: readonly RoleFlag[];
  /** Resolves when the service has stopped; throws `ConfigError`. */
  readonly run: (inputs: SettingInputs) => Promise<void>;
}

const COMMON: readonly RoleFlag[] = [
  { setting: 'BIND_ADDRESS', flag: '--host <address>', key: 'host', help: 'address to listen on' },
  { setting: 'FUNC_ROOT', flag: '--data-dir <path>', key: 'dataDir', help: 'data directory' },
  {
    setting: 'LOG_LEVEL',
    flag: '--log-level <level>',
    key: 'logLevel',
    help: 'least severe level that is logged',
  },
];

const THREADS: RoleFlag = {
  setting: 'THREADS_PER_WORKER',
  flag: '--threads <number>',
  key: 'threads',
  help: 'calls that run at once; 0 for one a core',
};

/** The upload service, which `faasm upload` is when it is given nothing to upload. */
export const UPLOAD_ROLE: Role = {
  name: 'upload',
  description: 'the upload service of a cluster',
  flags: [
    { setting: 'UPLOAD_PORT', flag: '--port <port>', key: 'port', help: 'port for uploads' },
    ...COMMON,
  ],
  run: async (inputs) => {
    await (await import('@faasm/upload')).runService(inputs);
  },
};

const OWN_ROLES: readonly Role[] = [
  {
    name: 'start',
    description: 'be a whole server: edge, upload service and worker in one process',
    flags: [
      { setting: 'EDGE_PORT', flag: '--port <port>', key: 'port', help: 'port for calls' },
      { setting: 'UPLOAD_PORT', flag: '--upload-port <port>', key: 'uploadPort', help: 'port for uploads' },
      ...COMMON,
      THREADS,
    ],
    run: async (inputs) => {
      await (await import('@faasm/standalone')).runService(inputs);
    },
  },
  {
    name: 'edge',
    description: 'be an edge of a cluster: accept calls over HTTP',
    flags: [{ setting: 'EDGE_PORT', flag: '--port <port>', key: 'port', help: 'port for calls' }, ...COMMON],
    run: async (inputs) => {
      await (await import('@faasm/edge')).runService(inputs);
    },
  },
  {
    name: 'worker',
    description: 'be a worker of a cluster: run calls',
    flags: [
      { setting: 'WORKER_PORT', flag: '--port <port>', key: 'port', help: 'port for health and metrics' },
      ...COMMON,
      THREADS,
    ],
    run: async (inputs) => {
      await (await import('@faasm/worker')).runService(inputs);
    },
  },
];

/** Every role. */
export const ROLES: readonly Role[] = [...OWN_ROLES, UPLOAD_ROLE];

/** Adds `faasm start`, `edge` and `worker`; `faasm upload` has a command of its own. */
export function addRoles(program: Command): void {
  for (const role of OWN_ROLES) {
    const command = program.command(role.name).description(role.description);
    addRoleFlags(command, role).action(async (options: Options) => {
      await runRole(role, options);
    });
  }
}

/** Adds the flags that set settings of `role`. */
export function addRoleFlags(command: Command, role: Role): Command {
  for (const { setting, flag, help } of role.flags) command.option(flag, `${help} (setting ${setting})`);
  return command;
}

/** The settings that the flags set. */
export function roleOverrides(role: Role, options: Options): SettingTexts {
  const entries = role.flags.map(({ setting, key }) => [setting, options[key]]);
  return Object.fromEntries(entries.filter(([, value]) => typeof value === 'string')) as SettingTexts;
}

/** Runs a role until it has stopped. */
export async function runRole(role: Role, options: Options): Promise<void> {
  await configurationChecked(async () => {
    await role.run({ env: process.env, overrides: roleOverrides(role, options) });
  });
}
