import {
  FUNCTION_LIMITS,
  LAUNCH_BOUNDS,
  launchProblem,
  NO_LAUNCH_SETTINGS,
  type FunctionLimitName,
  type FunctionLimits,
  type LaunchSettings,
} from '@faasm/functions';
import { FaasmError } from '@faasm/protocol';
import { Type, type TInteger, type TOptional, type TSchema } from 'typebox';
import { Errors } from 'typebox/value';

/** What each limit means, for the API description. */
const MEANING: Readonly<Record<FunctionLimitName, string>> = {
  memoryBytes: 'Largest linear memory, in bytes',
  inputBytes: 'Largest input of a call, in bytes',
  outputBytes: 'Largest output of a call, in bytes',
  logBytes: 'Kept of standard output and of standard error, each, in bytes',
  writtenBytes: 'Held by a call in the files that it writes, in bytes',
  writtenEntries: 'Names that a call adds to directories',
  descriptors: 'Descriptors that a call has open at once, with the 5 that it finds open',
  timeoutMs: 'Time of a call, in milliseconds, and the longest that a caller may ask for',
};

const ENVIRONMENT = `Variables by name, at most ${LAUNCH_BOUNDS.variables}; each value at most ${LAUNCH_BOUNDS.valueBytes} bytes`;
const ARGUMENTS = `Arguments after the program's name, at most ${LAUNCH_BOUNDS.arguments}; with the environment at most ${LAUNCH_BOUNDS.totalBytes} bytes`;

/** Longest part of a received value that a message repeats, in characters. */
const SHOWN_CHARS_MAX = 64;

/** Schema of the settings of a function, within what the operator allows. */
export function settingsSchema(operators: FunctionLimits): TSchema {
  const limits = Object.entries(FUNCTION_LIMITS).map(([key, { min: minimum }]) => {
    const name = key as FunctionLimitName;
    const limit = Type.Integer({ minimum, maximum: operators[name], description: MEANING[name] });
    return [name, Type.Optional(limit)];
  });
  const properties = Object.fromEntries(limits) as Record<FunctionLimitName, TOptional<TInteger>>;
  return Type.Object(
    {
      limits: Type.Optional(Type.Object(properties, { additionalProperties: false })),
      environment: Type.Optional(Type.Record(Type.String(), Type.String(), { description: ENVIRONMENT })),
      arguments: Type.Optional(Type.Array(Type.String(), { description: ARGUMENTS })),
    },
    { $id: 'FunctionSettings', additionalProperties: false },
  );
}

/**
 * What is wrong with settings, as `request.bad_body` that names the setting, the value and the bound; undefined for settings
 * that fit.
 */
export function settingsProblem(
  value: unknown,
  { schema, operators }: { schema: TSchema; operators: FunctionLimits },
): FaasmError | undefined {
  const [first] = Errors(schema, value);
  if (first === undefined) {
    const unfit = launchProblem({ ...NO_LAUNCH_SETTINGS, ...(value as Partial<LaunchSettings>) });
    return unfit === undefined ? undefined : new FaasmError('request.bad_body', unfit);
  }
  const [document = '', name = ''] = first.instancePath.split('/').slice(1);
  const received = JSON.stringify(valueAt(value, [document, name]))?.slice(0, SHOWN_CHARS_MAX);
  return new FaasmError('request.bad_body', problem({ document, name, received }, operators));
}

function problem(
  { document, name, received }: { document: string; name: string; received: string | undefined },
  operators: FunctionLimits,
): string {
  if (document === '') return `Settings are ${received}, not an object such as {"limits":{"timeoutMs":5000}}`;
  if (document === 'environment')
    return notStrings(name === '' ? document : `${document}.${shown(name)}`, received);
  if (document === 'arguments') return notStrings(name === '' ? document : `${document}.${name}`, received);
  if (document !== 'limits')
    return `Setting ${shown(document)} is unknown; there are limits, environment, arguments`;
  if (name === '') return `Setting limits is ${received}, not an object such as {"timeoutMs":5000}`;
  if (!isLimit(name))
    return `Setting limits.${shown(name)} is unknown; there are ${Object.keys(FUNCTION_LIMITS).join(', ')}`;
  const { min, unit } = FUNCTION_LIMITS[name];
  return `Setting limits.${name} is ${received}, not a whole number from ${min} to ${operators[name]} (${unit})`;
}

function notStrings(setting: string, received: string | undefined): string {
  const wanted = setting.includes('.') ? 'text' : EXAMPLES[setting];
  return `Setting ${setting} is ${received}, not ${wanted}`;
}

const EXAMPLES: Readonly<Record<string, string>> = {
  environment: 'an object of text such as {"GREETING":"hello"}',
  arguments: 'a list of text such as ["--verbose"]',
};

function isLimit(name: string): name is FunctionLimitName {
  return Object.hasOwn(FUNCTION_LIMITS, name);
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, SHOWN_CHARS_MAX));
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (name === '' || typeof found !== 'object' || found === null) break;
    found = Object.entries(found).find(([key]) => key === name)?.[1];
  }
  return found;
}
