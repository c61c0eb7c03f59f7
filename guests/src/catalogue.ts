/** What a guest is written in; C++ with exceptions has a compiler of its own. */
export type GuestLanguage = 'c' | 'cpp' | 'cpp-exceptions' | 'assemblyscript' | 'rust';

/** One guest: its source and its built module lie in `<folder>/<name>/`, both named `<name>`. */
export interface Guest {
  readonly folder: 'demo' | 'corpus' | 'programs' | 'calls' | 'allocators';
  readonly name: string;
  readonly language: GuestLanguage;
  /** Flags for the compiler beyond those of its language. */
  readonly flags?: readonly string[];
  /** What others wrote and it is linked with, below `vendor/`: a folder and the names of sources in it. */
  readonly vendor?: { readonly folder: string; readonly sources: readonly string[] };
}

/** See `FAASM_ZYGOTE` in `libfaasm/include/faasm/core.h`. */
const WITH_ZYGOTE = '-Wl,--export=__wasm_call_ctors';

/** The functions that a new installation comes with. */
export const DEMO_GUESTS: readonly Guest[] = [
  { folder: 'demo', name: 'echo', language: 'c' },
  { folder: 'demo', name: 'hello', language: 'c' },
  { folder: 'demo', name: 'primes', language: 'c', flags: [WITH_ZYGOTE] },
  { folder: 'demo', name: 'json', language: 'cpp' },
  {
    folder: 'demo',
    name: 'markdown',
    language: 'c',
    vendor: { folder: 'md4c', sources: ['md4c.c', 'md4c-html.c', 'entity.c'] },
  },
  {
    folder: 'demo',
    name: 'qr',
    language: 'c',
    vendor: { folder: 'qrcodegen', sources: ['qrcodegen.c'] },
  },
  // Debian's stb is C in headers, whose assertions name their file.
  {
    folder: 'demo',
    name: 'thumbnail',
    language: 'c',
    flags: ['-isystem/usr/include/stb', '-fmacro-prefix-map=/usr/include/stb/='],
  },
  { folder: 'demo', name: 'state-objects', language: 'cpp' },
  { folder: 'demo', name: 'echo-as', language: 'assemblyscript' },
  { folder: 'demo', name: 'hello-as', language: 'assemblyscript' },
  { folder: 'demo', name: 'state-objects-as', language: 'assemblyscript' },
];

/** Names of the guests that show one outcome of a call each; what each does is said at the top of its source. */
export const CORPUS_NAMES = [
  'args-env',
  'big-output',
  'cat',
  'count',
  'exit7',
  'files',
  'memory-demand',
  'memory-hog',
  'missing-import',
  'spin',
  'stubborn',
  'trap',
  'zygote',
] as const;

/** A guest that shows one outcome of a call. */
export type CorpusName = (typeof CORPUS_NAMES)[number];

const CORPUS_FLAGS: Partial<Record<CorpusName, readonly string[]>> = {
  'memory-demand': [`-Wl,--initial-memory=${256 * 1024 * 1024}`],
  files: [WITH_ZYGOTE],
  zygote: [WITH_ZYGOTE],
};

/** The guests behind {@link CORPUS_NAMES}. */
export const CORPUS_GUESTS: readonly Guest[] = CORPUS_NAMES.map((name) => ({
  folder: 'corpus',
  name,
  language: name === 'stubborn' ? 'cpp-exceptions' : 'c',
  flags: CORPUS_FLAGS[name] ?? [],
}));

/** Programs such as people have by name, for tests that look at every byte that they leave. */
const PROGRAM_LANGUAGES = {
  bytecode: 'c',
  exceptions: 'cpp-exceptions',
  jumps: 'cpp-exceptions',
  matrix: 'c',
  words: 'c',
} as const satisfies Record<string, GuestLanguage>;

/** A program such as people have. */
export type ProgramName = keyof typeof PROGRAM_LANGUAGES;

/** Those programs as guests. */
export const PROGRAM_GUESTS: readonly (Guest & { readonly name: ProgramName })[] = (
  Object.keys(PROGRAM_LANGUAGES) as ProgramName[]
).map((name) => ({ folder: 'programs', name, language: PROGRAM_LANGUAGES[name] }));

/**
 * Programs that make each host call and check what comes of it, one that looks for what other calls left, and one that does
 * what tests tell it.
 */
export const CALLS_GUESTS = [
  { folder: 'calls', name: 'wasi-files', language: 'c' },
  { folder: 'calls', name: 'wasi-process', language: 'c' },
  { folder: 'calls', name: 'posix', language: 'c' },
  { folder: 'calls', name: 'state', language: 'c' },
  { folder: 'calls', name: 'state-worker', language: 'c' },
  { folder: 'calls', name: 'state-file', language: 'c' },
  { folder: 'calls', name: 'state-as', language: 'assemblyscript' },
  { folder: 'calls', name: 'state-rust', language: 'rust' },
  { folder: 'calls', name: 'canary-as', language: 'assemblyscript' },
  { folder: 'calls', name: 'wasi-files-as', language: 'assemblyscript' },
  { folder: 'calls', name: 'wasi-process-as', language: 'assemblyscript' },
] as const satisfies readonly Guest[];

/** Programs that take blocks from the allocators of their languages while the host maps memory. */
export const ALLOCATOR_GUESTS = [
  { folder: 'allocators', name: 'blocks-c', language: 'c' },
  { folder: 'allocators', name: 'blocks-cpp', language: 'cpp-exceptions' },
  { folder: 'allocators', name: 'blocks-as', language: 'assemblyscript' },
  {
    folder: 'allocators',
    name: 'collected-as',
    language: 'assemblyscript',
    flags: ['--runtime', 'incremental'],
  },
  { folder: 'allocators', name: 'blocks-rust', language: 'rust' },
] as const satisfies readonly Guest[];

/** The name of one of {@link CALLS_GUESTS}. */
export type CallsName = (typeof CALLS_GUESTS)[number]['name'];

/** Where the guest's module lies below the folder of all guests. */
export function modulePath(guest: Guest): string {
  return `${guest.folder}/${guest.name}/${guest.name}.wasm`;
}
