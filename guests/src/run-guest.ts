import { open, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WASI } from 'node:wasi';

/** What became of one run of a guest. */
export interface GuestRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Undefined when the guest set none. */
  readonly output: Uint8Array | undefined;
}

/** What a run finds. */
export interface GuestWorld {
  readonly input?: Uint8Array;
  readonly args?: string[];
  readonly env?: Record<string, string>;
}

/**
 * Runs a guest once on Node's own WASI and the smallest Faasm host, for tests of the guests alone. Throws what the
 * guest throws: a `WebAssembly.RuntimeError` when it traps. The guest must be trusted: nothing stops it.
 */
export async function runGuest(wasm: Uint8Array<ArrayBuffer>, world: GuestWorld = {}): Promise<GuestRun> {
  const folder = await mkdtemp(join(tmpdir(), 'faasm-run-guest-'));
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => rm(folder, { recursive: true }));
  const inputFile = await open(join(folder, 'stdin'), 'w+');
  cleanup.defer(() => inputFile.close());
  const stdoutFile = await open(join(folder, 'stdout'), 'w+');
  cleanup.defer(() => stdoutFile.close());
  const stderrFile = await open(join(folder, 'stderr'), 'w+');
  cleanup.defer(() => stderrFile.close());

  const input = world.input ?? new Uint8Array(0);
  await inputFile.write(input, 0, input.length, 0);

  const wasi = new WASI({
    version: 'preview1',
    args: world.args ?? [],
    env: world.env ?? {},
    stdin: inputFile.fd,
    stdout: stdoutFile.fd,
    stderr: stderrFile.fd,
  });
  const host = new FaasmHost(input);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(wasm), {
    wasi_snapshot_preview1: { ...wasi.wasiImport, proc_exit: exit },
    env: host.imports,
  });
  const { memory, _start, __wasm_call_ctors, _initialize, _faasm_zygote } = instance.exports;
  if (!(memory instanceof WebAssembly.Memory)) throw new TypeError('The guest exports no memory');
  host.memory = memory;
  // Not `wasi.start`: constructors and zygote may print, too.
  wasi.finalizeBindings(instance);
  const exitCode = exitCodeOf([_initialize ?? __wasm_call_ctors, _faasm_zygote, _start]);
  return {
    exitCode,
    stdout: await readFile(join(folder, 'stdout'), 'utf8'),
    stderr: await readFile(join(folder, 'stderr'), 'utf8'),
    output: host.output,
  };
}

/** Ends a guest that exits. */
class GuestExit extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`Exit with ${exitCode}`);
    this.exitCode = exitCode;
  }
}

function exit(exitCode: number): never {
  throw new GuestExit(exitCode);
}

/** Calls the exports that there are, one after the other. */
function exitCodeOf(exported: readonly unknown[]): number {
  try {
    for (const each of exported) if (typeof each === 'function') each();
    return 0;
  } catch (error) {
    if (error instanceof GuestExit) return error.exitCode;
    throw error;
  }
}

class FaasmHost {
  memory: WebAssembly.Memory | undefined;
  output: Uint8Array | undefined;
  readonly imports: Record<string, WebAssembly.ImportValue>;
  readonly #input: Uint8Array;

  constructor(input: Uint8Array) {
    this.#input = input;
    this.imports = {
      __faasm_read_input: (pointer: number, size: number) => this.#readInput(pointer, size),
      __faasm_write_output: (pointer: number, size: number) => {
        this.output = this.#bytes(pointer, size).slice();
      },
      abort: () => {
        throw new WebAssembly.RuntimeError('env.abort was called');
      },
      no_such_import: () => {
        throw new ReferenceError('env.no_such_import was called');
      },
    };
  }

  #readInput(pointer: number, size: number): number {
    if (size === 0) return this.#input.length;
    const part = this.#input.subarray(0, size);
    this.#bytes(pointer, part.length).set(part);
    return part.length;
  }

  #bytes(pointer: number, size: number): Uint8Array {
    if (this.memory === undefined) throw new Error('The guest called its host before it was instantiated');
    return new Uint8Array(this.memory.buffer, pointer >>> 0, size);
  }
}
