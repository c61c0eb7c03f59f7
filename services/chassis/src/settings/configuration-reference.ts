import { SETTINGS } from './catalogue.ts';
import type { Setting } from './setting.ts';

/** The page `docs/reference/configuration.md`, from the table of settings. */
export function renderConfigurationReference(): string {
  const rows = Object.entries<Setting>(SETTINGS).map(([name, setting]) => {
    return `| \`${name}\` | ${values(setting)} | \`${setting.default}\` | ${setting.services.join(', ')} | ${setting.description} |`;
  });
  return `# Configuration

Generated from the table in \`services/chassis/src/settings/catalogue.ts\` by \`npm run docs\`.

Settings are environment variables; the flags of \`faasm start\`, \`edge\`, \`worker\` and \`upload\` go before them.
\`faasm config\` prints the values in force and where each comes from.

A value that does not fit stops the start, and so does a name that begins with \`FAASM_\` or that differs from one of these
by one or two characters, so that a slip of the pen is not a default. Everything that is wrong is told at once. Numbers are
plain decimal digits. A process ignores the settings that it does not read, so all can share one ConfigMap.

| name | values | default | read by | meaning |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

function values(setting: Setting): string {
  if (setting.kind === 'choice') return setting.choices.map((choice) => `\`${choice}\``).join(', ');
  return setting.kind === 'text' ? 'text' : `${setting.min} to ${setting.max} (${setting.unit})`;
}
