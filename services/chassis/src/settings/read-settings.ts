import { SETTINGS, type SettingName } from './catalogue.ts';
import { ConfigError } from './config-error.ts';
import { parseSetting } from './parse-setting.ts';
import { unknownNameProblems } from './unknown-names.ts';

/** Type of a setting's value: a number, one of its words, or text. */
export type SettingValue<N extends SettingName> = (typeof SETTINGS)[N] extends { kind: 'integer' }
  ? number
  : (typeof SETTINGS)[N] extends { kind: 'choice'; choices: readonly (infer C)[] }
    ? C
    : string;

/** The values of some settings, by name. */
export type Settings<N extends SettingName> = { readonly [K in N]: SettingValue<K> };

/** Where a value came from. */
export type SettingSource = 'default' | 'environment' | 'flag';

/** Values as text by the names of settings. */
export type SettingTexts = { readonly [N in SettingName]?: string };

/** Where settings are read from: flags go before the environment, and that before the defaults. */
export interface SettingInputs {
  /** The whole environment of the process, because misspelt names are looked for in it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Values of flags. */
  readonly overrides?: SettingTexts;
}

/**
 * Reads settings. The object is frozen. Throws a {@link ConfigError} with everything that is wrong at once: values that
 * do not fit, values that contradict each other, variables that look like misspelt settings.
 */
export function readSettings<const N extends SettingName>(
  names: readonly N[],
  inputs: SettingInputs,
): Settings<N> {
  const problems = unknownNameProblems(inputs.env);
  const values: Record<string, string | number> = {};
  for (const name of names) {
    const source = settingSource(name, inputs);
    const text = inputs.overrides?.[name] ?? inputs.env[name];
    const parsed =
      text === undefined ? { value: SETTINGS[name].default } : parseSetting(SETTINGS[name], text);
    if ('value' in parsed) values[name] = parsed.value;
    else problems.push(`${name}${source === 'flag' ? ' (flag)' : ''}: ${parsed.problem}`);
  }
  problems.push(...contradictions(values));
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(values) as Settings<N>;
}

/** Where the value of a setting comes from. */
export function settingSource(name: SettingName, { env, overrides = {} }: SettingInputs): SettingSource {
  if (overrides[name] !== undefined) return 'flag';
  return env[name] === undefined ? 'default' : 'environment';
}

/** Pairs of settings whose first may not be larger than the second. */
const ORDERED = [
  ['GLOBAL_MESSAGE_TIMEOUT', 'CALL_TIMEOUT_MAX', 'ms'],
  ['INPUT_LIMIT_BYTES', 'QUEUE_LIMIT_BYTES', 'bytes'],
] as const satisfies readonly (readonly [SettingName, SettingName, string])[];

function contradictions(values: Readonly<Record<string, string | number>>): string[] {
  const problems: string[] = [];
  for (const [name, other, unit] of ORDERED) {
    const { [name]: value, [other]: bound } = values;
    if (value === undefined || bound === undefined || value <= bound) continue;
    problems.push(`${name}: ${value} (${unit}) is larger than ${other}, which is ${bound} (${unit})`);
  }
  return problems;
}
