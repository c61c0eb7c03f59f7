/** What every call of a function finds beside its input, as its user chose it. */
export interface LaunchSettings {
  /** Variables by name, after those that every function has; one of the same name takes their place. */
  readonly environment: Readonly<Record<string, string>>;
  /** Arguments after the program's name. */
  readonly arguments: readonly string[];
}

/** Bounds of {@link LaunchSettings}. They are read with the pointer to the current version, so they are small. */
export const LAUNCH_BOUNDS = {
  variables: 64,
  arguments: 64,
  /** Of one value or argument, in bytes of UTF-8. */
  valueBytes: 4_096,
  /** Of all names, values and arguments, in bytes of UTF-8. */
  totalBytes: 16_384,
} as const;

/** Names of environment variables. */
export const VARIABLE_NAME: RegExp = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;

/** Nothing but what every function has. */
export const NO_LAUNCH_SETTINGS: LaunchSettings = Object.freeze({
  environment: Object.freeze({}),
  arguments: Object.freeze([]),
});

/** What is wrong with them, naming the thing and the bound; undefined when nothing is. Values are not repeated: they may be secrets. */
export function launchProblem(launch: LaunchSettings): string | undefined {
  const { variables, arguments: argumentsMax, totalBytes } = LAUNCH_BOUNDS;
  const environment = Object.entries(launch.environment);
  if (environment.length > variables)
    return `Setting environment has ${environment.length} variables, over the limit of ${variables}`;
  if (launch.arguments.length > argumentsMax)
    return `Setting arguments has ${launch.arguments.length} entries, over the limit of ${argumentsMax}`;
  const badName = environment.find(([name]) => !VARIABLE_NAME.test(name));
  if (badName !== undefined) {
    const shown = JSON.stringify(badName[0].slice(0, SHOWN_CHARS_MAX));
    return `Setting environment has the name ${shown}, not 1 to 128 letters, digits and _ that begin with no digit`;
  }
  for (const [thing, text] of [
    ...environment.map(([name, value]) => [`environment.${name}`, value] as const),
    ...launch.arguments.map((value, i) => [`arguments.${i}`, value] as const),
  ]) {
    const problem = valueProblem(text);
    if (problem !== undefined) return `Setting ${thing} ${problem}`;
  }
  const sum = sumOfBytes([...environment.flat(), ...launch.arguments]);
  return sum <= totalBytes
    ? undefined
    : `Settings environment and arguments have ${sum} bytes, over the limit of ${totalBytes}`;
}

/** What settings leave of the bounds to the arguments of a call. */
export interface ArgumentRoom {
  readonly arguments: number;
  /** Bytes of UTF-8 of all of them. */
  readonly bytes: number;
}

/** What the settings leave of {@link LAUNCH_BOUNDS} to the arguments of a call. */
export function argumentRoom(launch: LaunchSettings): ArgumentRoom {
  const known = rooms.get(launch);
  if (known !== undefined) return known;
  const own = sumOfBytes([...Object.entries(launch.environment).flat(), ...launch.arguments]);
  const room = {
    arguments: LAUNCH_BOUNDS.arguments - launch.arguments.length,
    bytes: LAUNCH_BOUNDS.totalBytes - own,
  };
  rooms.set(launch, room);
  return room;
}

/** Whether two give a function the same. */
export function sameLaunch(a: LaunchSettings, b: LaunchSettings): boolean {
  // Most functions have none, so that both are the same objects.
  if (a.environment === b.environment && a.arguments === b.arguments) return true;
  return launchKey(a) === launchKey(b);
}

/** Names what a function is given: equal exactly when that is. */
export function launchKey(launch: LaunchSettings): string {
  const known = keys.get(launch);
  if (known !== undefined) return known;
  const key = JSON.stringify([Object.entries(launch.environment), launch.arguments]);
  keys.set(launch, key);
  return key;
}

/** Each call of a function asks about the same settings. */
const keys = new WeakMap<LaunchSettings, string>();
const rooms = new WeakMap<LaunchSettings, ArgumentRoom>();

const SHOWN_CHARS_MAX = 64;

/** What is wrong with one value or argument, to be said behind its name; undefined when nothing is. */
export function valueProblem(value: string): string | undefined {
  const sizeBytes = Buffer.byteLength(value);
  if (sizeBytes > LAUNCH_BOUNDS.valueBytes)
    return `has ${sizeBytes} bytes, over the limit of ${LAUNCH_BOUNDS.valueBytes}`;
  if (value.includes('\0')) return 'holds a NUL, where a C string would end';
  return value.isWellFormed() ? undefined : 'holds half of a surrogate pair, which has no UTF-8';
}

function sumOfBytes(strings: readonly string[]): number {
  return strings.reduce((sum, each) => sum + Buffer.byteLength(each), 0);
}
