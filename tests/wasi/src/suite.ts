import { TreeBuilder } from '@faasm/filesystem';
import { packFiles, type PackedFiles } from '@faasm/functions';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** Languages whose tests of preview 1 the suite has, and folders below `tests/`. */
const LANGUAGES = ['assemblyscript', 'c', 'rust'];

/** Folder of the prebuilt tests of preview 1, in that of a language. */
const PREBUILT = 'testsuite/wasm32-wasip1';

const BOUNDS = { bytesMax: 16 * 1024 * 1024, entriesMax: 10_000 };

/** What the suite's JSON files say of a test; what is missing is empty, or 0. */
interface Manifest {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Folder that is the test's root. */
  readonly root?: string;
  readonly exit_code?: number;
  readonly stdout?: string;
}

/** One test of the suite. */
export interface SuiteTest {
  readonly language: string;
  readonly name: string;
  readonly wasm: Uint8Array<ArrayBuffer>;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** What the test finds in its root. */
  readonly files: PackedFiles | undefined;
  readonly exitCode: number;
  /** Undefined when any will do. */
  readonly stdout: string | undefined;
}

/** Reads the prebuilt tests of preview 1 of a checkout of the suite. Rejects when there are none. */
export async function readSuite(checkout: string): Promise<SuiteTest[]> {
  const tests: SuiteTest[] = [];
  for (const language of LANGUAGES) {
    const folder = join(checkout, 'tests', language, PREBUILT);
    const names = (await readdir(folder)).filter((name) => name.endsWith('.wasm')).toSorted();
    for (const name of names) tests.push(await readTest(language, join(folder, basename(name, '.wasm'))));
  }
  return tests;
}

async function readTest(language: string, path: string): Promise<SuiteTest> {
  const manifest = await readManifest(`${path}.json`);
  const { args = [], env = {}, root, exit_code: exitCode = 0, stdout } = manifest;
  return {
    language,
    name: basename(path),
    wasm: new Uint8Array(await readFile(`${path}.wasm`)),
    args,
    environment: env,
    files: root === undefined ? undefined : await filesOf(join(path, '..', root)),
    exitCode,
    stdout,
  };
}

async function readManifest(path: string): Promise<Manifest> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Manifest;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}

async function filesOf(folder: string): Promise<PackedFiles | undefined> {
  const builder = new TreeBuilder(BOUNDS);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length + 1);
    if (entry.isDirectory()) builder.addDirectory(name);
    else builder.addFile(name, new Uint8Array(await readFile(path)));
  }
  return packFiles(builder);
}
