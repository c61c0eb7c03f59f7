import { DEFAULT_ARGUMENT_BOUNDS, type ArgumentBounds } from './argument-bounds.ts';
import { assemblyScriptRuntime } from './assemblyscript/runtime.ts';
import { inputOutput } from './faasm/input-output.ts';
import type { StateMeans } from './faasm/state/state-access.ts';
import { stateCalls } from './faasm/state/state-calls.ts';
import type { CurrentGuest, HostFamily } from './host-function.ts';
import { attributeCalls } from './wasi/files/attribute-calls.ts';
import { descriptorCalls } from './wasi/files/descriptor-calls.ts';
import { directoryCalls } from './wasi/files/directory-calls.ts';
import { linkCalls } from './wasi/files/link-calls.ts';
import { pathCalls } from './wasi/files/path-calls.ts';
import { positionCalls } from './wasi/files/position-calls.ts';
import { readWrite } from './wasi/files/read-write.ts';
import { identityCalls } from './posix/identity-calls.ts';
import { memoryCalls } from './posix/memory-calls.ts';
import { processCalls } from './posix/process-calls.ts';
import { poll } from './wasi/poll.ts';
import { processClockRandom } from './wasi/process-clock-random.ts';
import { sockets } from './wasi/sockets.ts';
import { argumentsAndEnvironment } from './wasi/strings.ts';

/** Everything that a guest may import, by import module and name. */
export type HostInterface = Readonly<Record<string, HostFamily>>;

/** What the host functions of a thread work with. */
export interface HostMeans {
  readonly bounds?: ArgumentBounds;
  /** Undefined where there is no state; then a module that imports a state call traps there. */
  readonly state?: StateMeans | undefined;
}

/** Makes the host functions of one thread. `current` is asked at each call which guest is calling. */
export function hostInterface(current: CurrentGuest, means: HostMeans = {}): HostInterface {
  const { bounds = DEFAULT_ARGUMENT_BOUNDS, state } = means;
  return {
    env: {
      ...inputOutput(current),
      ...(state === undefined ? {} : stateCalls(current, state)),
      ...assemblyScriptRuntime(current),
      ...memoryCalls(current),
      ...identityCalls(current),
      ...processCalls(current),
    },
    wasi_snapshot_preview1: {
      ...argumentsAndEnvironment(current),
      ...readWrite(current, bounds),
      ...positionCalls(current),
      ...descriptorCalls(current),
      ...attributeCalls(current),
      ...directoryCalls(current),
      ...pathCalls(current),
      ...linkCalls(current),
      ...processClockRandom(current, bounds),
      ...poll(current, bounds),
      ...sockets(current),
    },
  };
}

/** The import object of a module: host functions, and for each name that the host lacks one that traps and names it. */
export function linkImports(
  module: WebAssembly.Module,
  host: HostInterface,
  current: CurrentGuest,
): WebAssembly.Imports {
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    if (kind !== 'function') continue;
    const names = (imports[from] ??= {});
    names[name] =
      lookUp(host, { from, name }) ?? ((): never => current().trap(`Host has no function ${from}.${name}`));
  }
  return imports;
}

/** Those of `imports` (`module.name` each) that this host lacks: a call of one traps. */
export function missingImports(imports: readonly string[]): string[] {
  const host = hostInterface(noGuest, {
    state: { ask: noGuest, openValues: noGuest, regions: { readRegion: noGuest, writeRegion: noGuest } },
  });
  return imports.filter((qualified) => {
    const dot = qualified.indexOf('.');
    const wanted = { from: qualified.slice(0, dot), name: qualified.slice(dot + 1) };
    return qualified !== 'env.memory' && lookUp(host, wanted) === undefined;
  });
}

function noGuest(): never {
  throw new TypeError('No guest runs while imports are looked up');
}

function lookUp(
  host: HostInterface,
  { from, name }: { from: string; name: string },
): HostFamily[string] | undefined {
  if (!Object.hasOwn(host, from)) return undefined;
  const family = host[from];
  return family !== undefined && Object.hasOwn(family, name) ? family[name] : undefined;
}
