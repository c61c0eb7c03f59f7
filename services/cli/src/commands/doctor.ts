import type { SettingName, Settings } from '@faasm/chassis';
import type { Command } from 'commander';
import { configurationChecked } from '../configuration.ts';
import { addClientFlags, contextOf, print, type Context, type Options } from '../context.ts';
import { nodeVersion, promiseIntegration } from '../doctor/engine.ts';
import type { Finding } from '../doctor/finding.ts';
import { dataDirectory, hugePages, mapCount, overcommit, somaxconn } from '../doctor/machine.ts';
import { portFree, redisAnswers, serverReady } from '../doctor/network.ts';
import { CommandError, EXIT } from '../exit-codes.ts';

const READ = [
  'BIND_ADDRESS',
  'EDGE_PORT',
  'UPLOAD_PORT',
  'FUNC_ROOT',
  'REDIS_QUEUE_HOST',
  'REDIS_STATE_HOST',
  'REDIS_PORT',
] as const satisfies readonly SettingName[];

/** Adds `faasm doctor`. */
export function addDoctor(program: Command): void {
  const command = program
    .command('doctor')
    .description('check this machine, the settings and the servers, and say what to do')
    .option('--redis', 'check Redis even where neither REDIS_QUEUE_HOST nor REDIS_STATE_HOST is set', false);
  addClientFlags(command).action(async (options: Options) => {
    const context = contextOf(options);
    const findings = await examine(context, options['redis'] === true);
    print(context, findings, () =>
      findings.map(({ level, check, detail }) => `${level.padEnd(4)}  ${check}: ${detail}`).join('\n'),
    );
    const failed = findings.filter(({ level }) => level === 'fail');
    // With --json the findings are the one object on standard output, and the exit code tells the rest.
    if (failed.length > 0 && context.json) process.exitCode = EXIT.failed.code;
    else if (failed.length > 0) {
      throw new CommandError('failed', `${failed.length} of ${findings.length} checks failed`);
    }
  });
}

async function examine(context: Context, redis: boolean): Promise<Finding[]> {
  const machine = [nodeVersion(), await promiseIntegration(), ...(await kernel())];
  const servers = [await serverReady('edge', context.edge), await serverReady('upload', context.uploads)];
  const settings = await readOrFinding();
  if ('level' in settings) return [...machine, settings, ...servers];
  const { BIND_ADDRESS: host, EDGE_PORT, UPLOAD_PORT, FUNC_ROOT } = settings;
  return [
    ...machine,
    { check: 'settings', level: 'ok', detail: 'all valid' },
    await dataDirectory(FUNC_ROOT),
    await portFree('EDGE_PORT', { host, port: EDGE_PORT }),
    await portFree('UPLOAD_PORT', { host, port: UPLOAD_PORT }),
    ...servers,
    ...(await redisServers(settings, redis)),
  ];
}

async function kernel(): Promise<Finding[]> {
  return await Promise.all([mapCount(), hugePages(), overcommit(), somaxconn()]);
}

/** The settings, or that they are wrong: the rest of the machine is worth looking at all the same. */
async function readOrFinding(): Promise<Settings<(typeof READ)[number]> | Finding> {
  const { readSettings, SETTINGS } = await import('@faasm/chassis');
  try {
    return await configurationChecked(() =>
      readSettings(Object.keys(SETTINGS) as SettingName[], { env: process.env }),
    );
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { check: 'settings', level: 'fail', detail: error.message };
  }
}

async function redisServers(
  settings: Settings<'REDIS_QUEUE_HOST' | 'REDIS_STATE_HOST' | 'REDIS_PORT'>,
  always: boolean,
): Promise<Finding[]> {
  const names = ['REDIS_QUEUE_HOST', 'REDIS_STATE_HOST'] as const;
  const wanted = names.filter((name) => always || process.env[name] !== undefined);
  const port = settings.REDIS_PORT;
  return await Promise.all(
    wanted.map(async (name) => await redisAnswers(name, { host: settings[name], port })),
  );
}
