import type { Bound } from '@faasm/protocol';
import { launchProblem, NO_LAUNCH_SETTINGS, type LaunchSettings } from './launch-settings.ts';

/** What a user may bound, of one function. What the operator set is the default and the bound of each. */
export interface FunctionLimits {
  /** Linear memory of a Faaslet; what is left of a page does not count. */
  readonly memoryBytes: number;
  readonly inputBytes: number;
  readonly outputBytes: number;
  /** Kept of standard output and of standard error, each. */
  readonly logBytes: number;
  /** Held by a call in the files that it writes. */
  readonly writtenBytes: number;
  /** Names that a call adds to directories. */
  readonly writtenEntries: number;
  /** Descriptors that a call has open at once. */
  readonly descriptors: number;
  /** From the acceptance of a call to its deadline. */
  readonly timeoutMs: number;
}

/** The name of one of {@link FunctionLimits}. */
export type FunctionLimitName = keyof FunctionLimits;

/** The limits that were set, and no others. */
export type SetLimits = { readonly [N in FunctionLimitName]?: number };

/** What a user chose for one function. It belongs to the function, not to a version. */
export interface FunctionSettings extends LaunchSettings {
  readonly limits: SetLimits;
}

/** Linear memory comes in pages of this size. */
const WASM_PAGE_BYTES = 65_536;

/** Those that every call finds open. */
const DESCRIPTORS_FOUND = 5;

/** The least that each limit may be, and its unit. */
export const FUNCTION_LIMITS: Readonly<
  Record<FunctionLimitName, { readonly min: number; readonly unit: Bound['unit'] }>
> = {
  memoryBytes: { min: WASM_PAGE_BYTES, unit: 'bytes' },
  inputBytes: { min: 1, unit: 'bytes' },
  outputBytes: { min: 1, unit: 'bytes' },
  logBytes: { min: 1, unit: 'bytes' },
  writtenBytes: { min: 1, unit: 'bytes' },
  writtenEntries: { min: 1, unit: 'entries' },
  descriptors: { min: DESCRIPTORS_FOUND, unit: 'descriptors' },
  timeoutMs: { min: 1, unit: 'ms' },
};

/** The settings of a function for which none were chosen. */
export const NO_SETTINGS: FunctionSettings = Object.freeze({
  limits: Object.freeze({}),
  ...NO_LAUNCH_SETTINGS,
});

/**
 * Settings as they were stored; undefined when they make no sense. Names that a later release may have stored are left
 * out.
 */
export function storedSettings(value: unknown): FunctionSettings | undefined {
  if (!isRecord(value)) return undefined;
  const limits = storedLimits(value['limits'] ?? {});
  const launch = storedLaunch(value);
  return limits === undefined || launch === undefined ? undefined : { limits, ...launch };
}

function storedLimits(limits: unknown): SetLimits | undefined {
  if (!isRecord(limits)) return undefined;
  const set: [string, number][] = [];
  for (const [name, { min }] of Object.entries(FUNCTION_LIMITS)) {
    const limit = limits[name];
    if (limit === undefined) continue;
    if (typeof limit !== 'number' || !Number.isSafeInteger(limit) || limit < min) return undefined;
    set.push([name, limit]);
  }
  return Object.fromEntries(set);
}

/** Where there is nothing, the very objects of {@link NO_SETTINGS}: calls compare them. */
function storedLaunch(value: Readonly<Record<string, unknown>>): LaunchSettings | undefined {
  const { environment = {}, arguments: args = [] } = value;
  if (!isRecord(environment) || !Object.values(environment).every(isString)) return undefined;
  if (!Array.isArray(args) || !args.every(isString)) return undefined;
  const launch = {
    environment:
      Object.keys(environment).length === 0
        ? NO_LAUNCH_SETTINGS.environment
        : (environment as LaunchSettings['environment']),
    arguments: args.length === 0 ? NO_LAUNCH_SETTINGS.arguments : args,
  };
  return launchProblem(launch) === undefined ? launch : undefined;
}

/** A limit in force: what the user chose, unless the operator allows only less. */
export function limitInForce(chosen: number | undefined, operators: number): number {
  return chosen === undefined ? operators : Math.min(chosen, operators);
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
