import { FACTS_SECTION } from '../names.ts';

/** Version of what preparation makes. Raised with every change of it, so that nothing older is run. */
export const PREPARER_VERSION = 4;

/** What a prepared module says of itself. */
export interface PreparedFacts {
  readonly version: number;
  /** Its linear memory as declared, in pages; undefined when it has none. */
  readonly memory: { readonly minPages: number; readonly maxPages: number | undefined } | undefined;
  /** Whether the memory is imported as `env.memory`, as the guest asked, or as `faasm.memory`. */
  readonly importsMemory: boolean;
  /** Mutable globals that are saved and loaded, 16 bytes each. */
  readonly savedGlobals: number;
  /** Mutable globals that refer to functions, by index. */
  readonly functionGlobals: readonly number[];
  /** How many tables it has, when it may change them; else 0. */
  readonly mutableTables: number;
  /** How many functions it has, imported ones and own ones. */
  readonly functions: number;
  /** Functions that are worth optimising before they are called, by index: those that loop without calls. */
  readonly hotFunctions: readonly number[];
}

/** Where saved globals begin in the control memory: behind the cache line of the word that asks a guest to pause. */
export const SAVED_GLOBALS_OFFSET = 64;

/** Bytes that a saved global takes: the largest is a v128. */
export const SAVED_GLOBAL_BYTES = 16;

/**
 * Whether an instance can be brought back to an earlier state from outside: memory and globals can, while tables and
 * references to functions are changed by making another instance.
 */
export function isResettable(facts: PreparedFacts): boolean {
  return facts.mutableTables === 0 && facts.functionGlobals.length === 0;
}

/** What a compiled prepared module says of itself. Throws `TypeError` for a module that this preparer did not make. */
export function preparedFacts(module: WebAssembly.Module): PreparedFacts {
  const [section] = WebAssembly.Module.customSections(module, FACTS_SECTION);
  if (section === undefined) throw new TypeError('The module was not prepared');
  const facts = JSON.parse(Buffer.from(section).toString()) as PreparedFacts;
  if (facts.version === PREPARER_VERSION) return facts;
  throw new TypeError(`The module was prepared by version ${facts.version}, this is ${PREPARER_VERSION}`);
}
