import { SETTINGS, type Setting, type SettingName } from './catalogue.ts';
import { ConfigError } from './config-error.ts';
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

/** Texts by the names of settings. */
export type SettingTexts = Readonly<Record<string, string | undefined>>;

/** Where settings are read from: flags go before the environment, and that before the defaults. */
export interface SettingInputs {
  readonly env: SettingTexts;
  readonly overrides?: SettingTexts;
}

/**
 * Reads settings. Throws a {@link ConfigError} with everything that is wrong: values that do not fit, unknown names.
 */
export function readSettings<const N extends SettingName>(
  names: readonly N[],
  inputs: SettingInputs,
): Settings<N> {
  const { env, overrides = {} } = inputs;
  const problems = unknownNameProblems([...Object.keys(env), ...Object.keys(overrides)]);
  const values: Record<string, string | number> = {};
  for (const name of names) {
    const text = overrides[name] ?? env[name];
    const value = text === undefined ? SETTINGS[name].default : parse(SETTINGS[name], text);
    if (value instanceof Problem) problems.push(`${name}=${JSON.stringify(text)} ${value.words}`);
    else values[name] = value;
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(values) as Settings<N>;
}

/** Where the value of a setting comes from. */
export function settingSource(name: SettingName, { env, overrides = {} }: SettingInputs): SettingSource {
  if (overrides[name] !== undefined) return 'flag';
  return env[name] === undefined ? 'default' : 'environment';
}

class Problem {
  readonly words: string;

  constructor(words: string) {
    this.words = words;
  }
}

function parse(setting: Setting, value: string): string | number | Problem {
  if (setting.kind === 'choice') {
    return setting.choices.includes(value)
      ? value
      : new Problem(`is not one of ${setting.choices.join(', ')}`);
  }
  if (setting.kind === 'text') return value.trim() === '' ? new Problem('is empty') : value;
  const number = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= setting.min && number <= setting.max) return number;
  return new Problem(`is not a whole number from ${setting.min} to ${setting.max} (${setting.unit})`);
}
