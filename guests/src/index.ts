import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { functionRef, type FunctionRef } from '@faasm/protocol';
import {
  ALLOCATOR_GUESTS,
  CORPUS_GUESTS,
  CORPUS_NAMES,
  DEMO_GUESTS,
  modulePath,
  CALLS_GUESTS,
  PROGRAM_GUESTS,
  type CallsName,
  type CorpusName,
  type Guest,
  type GuestLanguage,
  type ProgramName,
} from './catalogue.ts';
import { GUESTS_FOLDER } from './guests-folder.ts';

export { CORPUS_NAMES, type CallsName, type CorpusName, type GuestLanguage };

/** A function that a new installation comes with. */
export interface DemoFunction {
  /** User `demo`, name such as `echo`. */
  readonly ref: FunctionRef;
  /** The built module. */
  readonly wasm: Uint8Array<ArrayBuffer>;
  readonly language: GuestLanguage;
}

/** The demo functions, as they were built. Rejects if a file is missing. */
export async function demoFunctions(): Promise<DemoFunction[]> {
  return Promise.all(
    DEMO_GUESTS.map(async (guest) => ({
      ref: functionRef('demo', guest.name),
      wasm: await readModule(guest),
      language: guest.language,
    })),
  );
}

/** The built module of a guest that shows one outcome of a call. Rejects for a name that is not in the corpus. */
export async function corpusModule(name: CorpusName): Promise<Uint8Array<ArrayBuffer>> {
  const guest = CORPUS_GUESTS.find((candidate) => candidate.name === name);
  if (guest === undefined) {
    throw new RangeError(
      `The corpus has no guest ${JSON.stringify(name)}; it has ${CORPUS_NAMES.join(', ')}`,
    );
  }
  return readModule(guest);
}

/** A program such as people have, and its built module. */
interface Program {
  readonly name: ProgramName;
  readonly language: GuestLanguage;
  readonly wasm: Uint8Array<ArrayBuffer>;
}

/** A byte code interpreter, numeric code, text and pointers, exceptions, jumps. They need no input. */
export async function programModules(): Promise<Program[]> {
  return await Promise.all(
    PROGRAM_GUESTS.map(async (guest) => ({
      name: guest.name,
      language: guest.language,
      wasm: await readModule(guest),
    })),
  );
}

/** One of the programs that make each host call and check what comes of it. */
export async function callsModule(name: CallsName): Promise<Uint8Array<ArrayBuffer>> {
  const guest = CALLS_GUESTS.find((each) => each.name === name);
  if (guest === undefined) throw new RangeError(`There is no program ${name}`);
  return await readModule(guest);
}

/** The programs that take blocks from allocators, by name. They import `env.__test_…` functions: see their sources. */
export async function allocatorModules(): Promise<{ name: string; wasm: Uint8Array<ArrayBuffer> }[]> {
  return await Promise.all(
    ALLOCATOR_GUESTS.map(async (guest) => ({ name: guest.name, wasm: await readModule(guest) })),
  );
}

async function readModule(guest: Guest): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(join(GUESTS_FOLDER, modulePath(guest))));
}
