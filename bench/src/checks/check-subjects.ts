import { CHECK_INTERVAL } from '@faasm/faaslet';
import { freshVersion } from './fresh-version.ts';
import type { Kernel } from './kernels.ts';
import { originalModule, preparedModule, type ModuleUnderTest } from './module-under-test.ts';
import { NativeKernel } from './native-kernel.ts';
import { timed, type Runner } from './paired-runs.ts';
import { programBytes, type Program } from './programs.ts';

/** Something that is run as it came, and in other ways. */
export interface CheckSubject {
  readonly name: string;
  readonly base: Runner;
  /** `checked`: prepared; `trusted`: prepared without checks; `native`: compiled for this machine, where that is possible. */
  readonly variants: ReadonlyMap<string, Runner>;
  stop(): Promise<void>;
}

/** Runs before the first round, so that V8 has optimised what it optimises. */
const WARM_UP_RUNS = 12;

/** A kernel, warmed up. */
export async function kernelSubject({ name, wasm, program }: Kernel): Promise<CheckSubject> {
  const native = new NativeKernel(program);
  const subject = await subjectOf(name, {
    bytes: wasm,
    importedPages: 0,
    start: (module) => {
      const run = module.function('run');
      return () => run() >>> 0;
    },
  });
  return {
    ...subject,
    variants: new Map<string, Runner>([...subject.variants, ['native', () => native.run()]]),
    stop: () => native.stop(),
  };
}

/** A program, warmed up; compiled anew for each `mark`. */
export async function programSubject(program: Program, mark: string): Promise<CheckSubject> {
  const { importedPages, start, name } = program;
  const bytes = freshVersion(await programBytes(program), mark);
  return await subjectOf(name, { bytes, importedPages, start });
}

interface Work {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly importedPages: number;
  readonly start: (module: ModuleUnderTest) => () => number;
}

async function subjectOf(name: string, { bytes, importedPages, start }: Work): Promise<CheckSubject> {
  const original = await originalModule(bytes, importedPages);
  const checked = await preparedModule(original, { checkInterval: CHECK_INTERVAL });
  const trusted = await preparedModule(original, { checkInterval: 0 });
  const base = timed(start(original));
  const variants = new Map<string, Runner>([
    ['checked', timed(start(checked))],
    ['trusted', timed(start(trusted))],
  ]);
  for (let i = 0; i < WARM_UP_RUNS; i++) {
    for (const run of [base, ...variants.values()]) await run();
  }
  return { name, base, variants, stop: () => Promise.resolve() };
}
