import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import { LoneGuest, TestEngine } from '@faasm/faaslet/testing';
import type { Faaslet } from '@faasm/faaslet';
import { openBundle, packBundle, type ReadOnlyNode } from '@faasm/filesystem';
import { findClang } from '@faasm/guests/clang';
import { hostInterface, linkImports } from '@faasm/host-interface';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WASI } from 'node:wasi';
import { threadTimeMs } from '../machine/thread-time.ts';

const SOURCES = fileURLToPath(new URL('../../file-programs/', import.meta.url));

const CLANG_VERSION = 19;
const FLAGS = ['-mbulk-memory', '-Wall', '-Wextra', '-Werror'];

/** A folder in memory, so that no disk is measured. */
const TMPFS = '/dev/shm';

/** Files that `open` opens, one after the other. */
const FILES = 10_000;

/** Blocks that `copy`, `read` and `write` move. */
const BLOCKS = 20_000;

const NS_PER_MS = 1_000_000;

const LIMITS = { memoryBytes: 64 * 1024 * 1024, outputBytes: 1_024, logBytes: 1_024 };

/** What `files.c` does, for so long. */
export type FileWork = 'copy' | 'read' | 'write' | 'open';

/** Runs `files.c` in a Faaslet and on `node:wasi` over a folder in memory. */
export class FileRuns {
  readonly #folder: string;
  readonly #module: WebAssembly.Module;
  readonly #engine: TestEngine;
  readonly #faaslet: Faaslet;

  private constructor(
    folder: string,
    module: WebAssembly.Module,
    engine: { engine: TestEngine; faaslet: Faaslet },
  ) {
    this.#folder = folder;
    this.#module = module;
    this.#engine = engine.engine;
    this.#faaslet = engine.faaslet;
  }

  /** Builds the program and the files. Close it in the end. */
  static async make(): Promise<FileRuns> {
    const folder = await mkdtemp(join(TMPFS, 'faasm-bench-files-'));
    for (const name of ['root/tmp', 'root/files']) await mkdir(join(folder, name), { recursive: true });
    const clang = await findClang({ version: CLANG_VERSION });
    const output = join(folder, 'files.wasm');
    await clang.compile({ cwd: SOURCES, sources: ['files.c'], output, flags: FLAGS });
    for (let i = 0; i < FILES; i++) await writeFile(join(folder, 'root/files', `f${i}`), 'x');
    const wasm = new Uint8Array(await readFile(output));
    const engine = new TestEngine(new LinuxMemoryMapper(), {
      imports: (module, current) => linkImports(module, hostInterface(current), current),
      options: { limits: LIMITS },
      scheduler: new LoneGuest(),
    });
    const proto = await engine.initialize(wasm);
    if ('outcome' in proto) throw new Error(`Initialisation ended with ${JSON.stringify(proto.outcome)}`);
    return new FileRuns(folder, new WebAssembly.Module(wasm), { engine, faaslet: engine.faaslet(proto) });
  }

  /** In nanoseconds of CPU time a block or a file. */
  async inFaaslet(work: FileWork): Promise<number> {
    const guest = this.#engine.guest({ args: argumentsOf(work), uploaded: UPLOADED });
    const from = threadTimeMs();
    const { outcome } = await this.#faaslet.run(guest);
    const ms = threadTimeMs() - from;
    this.#faaslet.reset();
    if (outcome.type !== 'success') throw new Error(`${work} ended with ${JSON.stringify(outcome)}`);
    return (ms * NS_PER_MS) / unitsOf(work);
  }

  /** As `inFaaslet`. */
  onNode(work: FileWork): number {
    const preopens = { '/': join(this.#folder, 'root') };
    const wasi = new WASI({ version: 'preview1', args: argumentsOf(work), preopens, returnOnExit: true });
    const imports = wasi.getImportObject() as WebAssembly.Imports;
    const instance = new WebAssembly.Instance(this.#module, imports);
    const from = threadTimeMs();
    const exitCode = wasi.start(instance);
    const ms = threadTimeMs() - from;
    if (exitCode !== 0) throw new Error(`${work} ended with ${exitCode} on node:wasi`);
    return (ms * NS_PER_MS) / unitsOf(work);
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }
}

/** The files as a thread of an executor has them: in one piece, in memory that threads share. */
const UPLOADED: ReadOnlyNode = openBundle(sharedBundle());

function sharedBundle(): Uint8Array {
  const bytes = Uint8Array.of(0x78);
  const names = Array.from({ length: FILES }, (_, i) => `f${i}`);
  const files = new Map(names.map((name) => [name, { kind: 'file', bytes }] as const));
  const bundle = packBundle({
    kind: 'directory',
    entries: new Map([['files', { kind: 'directory', entries: files }]]),
  });
  const shared = new Uint8Array(new SharedArrayBuffer(bundle.byteLength));
  shared.set(bundle);
  return shared;
}

function unitsOf(work: FileWork): number {
  return work === 'open' ? FILES : BLOCKS;
}

function argumentsOf(work: FileWork): string[] {
  return ['files', work, String(unitsOf(work))];
}
