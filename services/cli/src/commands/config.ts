import { readSettings, SETTINGS, settingSource, type SettingName } from '@faasm/chassis';
import type { Command } from 'commander';
import { print } from '../context.ts';

/** Adds `faasm config`. */
export function addConfig(program: Command): void {
  program
    .command('config')
    .description('show the settings in force and where each comes from')
    .option('--json', 'print JSON', false)
    .action(({ json }: { json: boolean }) => {
      const names = Object.keys(SETTINGS) as SettingName[];
      const inputs = { env: process.env };
      const values = readSettings(names, inputs);
      const rows = names.map((name) => ({ name, value: values[name], source: settingSource(name, inputs) }));
      const width = Math.max(...names.map((name) => name.length));
      print({ edge: '', uploads: '', json }, rows, () =>
        rows.map(({ name, value, source }) => `${name.padEnd(width)}  ${value}  (${source})`).join('\n'),
      );
    });
}
