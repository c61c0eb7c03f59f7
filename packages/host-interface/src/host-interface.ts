import { DEFAULT_ARGUMENT_BOUNDS, type ArgumentBounds } from './argument-bounds.ts';
import { assemblyScriptRuntime } from './assemblyscript/runtime.ts';
import { inputOutput } from './faasm/input-output.ts';
import type { CurrentGuest, HostFamily } from './host-function.ts';
import { poll } from './wasi/poll.ts';
import { processClockRandom } from './wasi/process-clock-random.ts';
import { standardStreams } from './wasi/standard-streams.ts';
import { argumentsAndEnvironment } from './wasi/strings.ts';

/** Everything that a guest may import, by import module and name. */
export type HostInterface = Readonly<Record<string, HostFamily>>;

/** Makes the host functions of one thread. `current` is asked at each call which guest is calling. */
export function hostInterface(
  current: CurrentGuest,
  bounds: ArgumentBounds = DEFAULT_ARGUMENT_BOUNDS,
): HostInterface {
  return {
    env: { ...inputOutput(current), ...assemblyScriptRuntime(current) },
    wasi_snapshot_preview1: {
      ...argumentsAndEnvironment(current),
      ...standardStreams(current, bounds),
      ...processClockRandom(current, bounds),
      ...poll(current, bounds),
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
  const host = hostInterface(() => {
    throw new TypeError('No guest runs while imports are looked up');
  });
  return imports.filter((qualified) => {
    const dot = qualified.indexOf('.');
    const wanted = { from: qualified.slice(0, dot), name: qualified.slice(dot + 1) };
    return qualified !== 'env.memory' && lookUp(host, wanted) === undefined;
  });
}

function lookUp(
  host: HostInterface,
  { from, name }: { from: string; name: string },
): HostFamily[string] | undefined {
  if (!Object.hasOwn(host, from)) return undefined;
  const family = host[from];
  return family !== undefined && Object.hasOwn(family, name) ? family[name] : undefined;
}
