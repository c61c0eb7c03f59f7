/** What a call enters, in the order of preference: a command's `_start`, or a bare `main`. */
export const ENTRY_EXPORTS = ['_start', 'main'] as const;

/** What a module exports to be initialised before its entry: a reactor's initialiser, or bare constructors. */
export const INITIALIZER_EXPORTS = ['_initialize', '__wasm_call_ctors'] as const;

/** What a function exports to prepare itself once, before it is snapshotted. */
export const ZYGOTE_EXPORT = '_faasm_zygote';

/** Exports of a guest that the host calls; preparation leaves the others out, which cost time at each instantiation. */
export const CALLED_EXPORTS: ReadonlySet<string> = new Set([
  ...ENTRY_EXPORTS,
  ...INITIALIZER_EXPORTS,
  ZYGOTE_EXPORT,
]);

/** Names that begin so are the host's; a guest must not export any. */
export const RESERVED_PREFIX = '__faasm_';

/** Where a prepared module imports what the host made for it. */
export const HOST_MODULE = 'faasm';

/** Import: the guest's memory, when the guest itself imports none. */
export const MEMORY_IMPORT = 'memory';

/**
 * Import: a shared memory of the thread, not the guest's. Its first word asks the guest that runs to pause; behind it
 * mutable globals are saved and loaded.
 */
export const CONTROL_IMPORT = 'control';

/** What a prepared module exports besides what it exported. */
export const PREPARED_EXPORT = {
  /** What was its start section. */
  start: '__faasm_start',
  /** Copies what were active data segments into the memory. */
  initData: '__faasm_init_data',
  /** Writes all mutable globals to the control memory. */
  save: '__faasm_save',
  /** Reads them from there. */
  load: '__faasm_load',
  /** Global that refers to the host's function that grows memories. */
  grower: '__faasm_grower',
  /** Global that refers to the host's function that is asked at a check which found the word set. */
  pauser: '__faasm_pauser',
  /** Globals: where the window of shared regions begins and ends, in pages. */
  windowStart: '__faasm_window_start',
  windowEnd: '__faasm_window_end',
  /** `(index: i32) -> funcref`: any function of the module. */
  function: '__faasm_function',
  /** Followed by its index: a table that the module may change. */
  table: '__faasm_table_',
  /** Followed by its index: a mutable global that refers to a function. */
  functionGlobal: '__faasm_global_',
} as const;

/** Custom section with what preparation found out, as JSON. */
export const FACTS_SECTION = 'faasm.prepared';
