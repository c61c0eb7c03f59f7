import type { Setting, SettingInputs, SettingName } from '@faasm/chassis';
import type { Command } from 'commander';
import { configurationChecked } from '../configuration.ts';
import { addJsonFlag, print, type Options } from '../context.ts';
import { addRoleFlags, roleOverrides, ROLES, type Role } from './roles.ts';

/** Adds `faasm config`, and below it a command for each role that takes the role's flags. */
export function addConfig(program: Command): void {
  const command = program
    .command('config')
    .description('show the settings in force and where each comes from, of all processes or of one');
  addJsonFlag(command).action(async (options: Options) => {
    await showSettings(undefined, options);
  });
  for (const role of ROLES) {
    const ofRole = command
      .command(role.name)
      .description(`show the settings that faasm ${role.name} would have`);
    addRoleFlags(ofRole, role).action(async () => {
      // The flag --json is the parent's, wherever on the line it stands.
      await showSettings(role, ofRole.optsWithGlobals());
    });
  }
}

async function showSettings(role: Role | undefined, options: Options): Promise<void> {
  const { readSettings, SETTINGS, settingSource } = await import('@faasm/chassis');
  const overrides = role === undefined ? {} : roleOverrides(role, options);
  const inputs: SettingInputs = { env: process.env, overrides };
  const names = (Object.entries(SETTINGS) as [SettingName, Setting][])
    .filter(([, { services }]) => role === undefined || services.includes(role.name))
    .map(([name]) => name);
  const values = await configurationChecked(() => readSettings(names, inputs));
  const rows = names.map((name) => ({ name, value: values[name], source: settingSource(name, inputs) }));
  print({ json: options['json'] === true }, rows, () => {
    const nameWidth = Math.max(...rows.map(({ name }) => name.length));
    const valueWidth = Math.max(...rows.map(({ value }) => String(value).length));
    return rows
      .map(
        ({ name, value, source }) =>
          `${name.padEnd(nameWidth)}  ${String(value).padEnd(valueWidth)}  ${source}`,
      )
      .join('\n');
  });
}
