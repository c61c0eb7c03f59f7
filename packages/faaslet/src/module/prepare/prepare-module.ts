import { concat, utf8 } from '@faasm/stdx';
import { MalformedModuleError, type BinaryReader } from '../binary-reader.ts';
import { leb128, nameBytes, sectionBytes } from '../binary-writer.ts';
import { readShape, type ModuleShape } from '../module-shape.ts';
import { FACTS_SECTION } from '../names.ts';
import { PREAMBLE_BYTES, SECTION, sectionReader } from '../sections.ts';
import { functionAccessorBody, initDataCode, loadBody, saveBody, type SavedGlobal } from './added-actions.ts';
import { addedGlobals, addedImports, addedTypes } from './added-sections.ts';
import { ADDED_TYPE, Additions } from './additions.ts';
import { readCallGraph, type CallGraph } from './call-graph.ts';
import { planChecks } from './check-plan.ts';
import { checkCode, initBody, pauseBody, type MemoryGlobals } from './checked-operations.ts';
import { CODE, functionBody, TYPE } from './code-builder.ts';
import { hintSection, type UnlikelyBranch } from './parts.ts';
import { preparedExports, type PreparedIndices } from './prepared-exports.ts';
import { PREPARER_VERSION, type PreparedFacts } from './prepared-facts.ts';
import { CodeRewriter } from './rewrite-code.ts';
import { SectionWriter } from './section-writer.ts';

/** Most mutable globals: what is saved of them must fit into one page. */
const SAVED_GLOBALS_MAX = 4_000;

/** How a module is prepared. */
export interface PrepareOptions {
  /**
   * Iterations of a loop between two checks whether the guest has to pause, at most; loops with large bodies check more
   * often. 0 leaves all checks out: such a guest can only be ended together with its thread.
   */
  readonly checkInterval: number;
}

/** Costs nothing that can be measured in numeric code, and is reached within microseconds. */
export const CHECK_INTERVAL = 1_024;

/**
 * Rewrites a module that `validateModule` accepted, so that the host can snapshot, restore, reset and pause its instances
 * (decisions 0004 and 0007). Only appends: indices of types, functions, globals, tables
 * and segments stay what they were. Deterministic. Throws `MalformedModuleError` naming what this host does not run.
 */
export function prepareModule(
  bytes: Uint8Array,
  options: PrepareOptions = { checkInterval: CHECK_INTERVAL },
): Uint8Array<ArrayBuffer> {
  const shape = readShape(bytes);
  const added = new Additions(shape);
  const memory = memoryGlobals(shape, added);
  const graph = codeReader(bytes, shape, (reader) => readCallGraph(reader, shape.importedFunctions));
  const plan = planChecks(graph ?? NO_FUNCTIONS, options.checkInterval);
  const check = options.checkInterval === 0 ? undefined : addCheck(shape, { added, memory });
  const rewriter = new CodeRewriter(shape, { added, memory, plan, check });
  const code = codeReader(bytes, shape, (reader) => rewriter.rewrite(bytes, reader)) ?? [];
  if (rewriter.facts.readsSegmentsIntoObjects && added.dropsSegments)
    throw new MalformedModuleError('It drops segments and makes garbage-collected objects out of segments');
  const functionGlobals = shape.globals.flatMap(({ type, mutable }, index) =>
    mutable && !isNumber(type) ? [index] : [],
  );
  const facts: PreparedFacts = {
    version: PREPARER_VERSION,
    memory: shape.memory?.type,
    importsMemory: shape.memory?.imported === true,
    savedGlobals: 0,
    functionGlobals,
    mutableTables: rewriter.facts.mutatesTables ? shape.tables.length : 0,
    functions: shape.functions,
    hotFunctions: plan.hotFunctions,
  };
  const saved = (): SavedGlobal[] => savedGlobals(shape, added);
  const indices = addActions({ shape, added, memory, saved });
  const bodies = bodiesOf(added);
  const savedCount = saved().length;
  if (savedCount > SAVED_GLOBALS_MAX)
    throw new MalformedModuleError(`It has ${savedCount} mutable globals, more than ${SAVED_GLOBALS_MAX}`);
  const writer = new SectionWriter(bytes, shape);
  return concat([
    bytes.subarray(0, PREAMBLE_BYTES),
    ...writer.appended(SECTION.type, addedTypes()),
    ...writer.imports(addedImports(shape)),
    ...writer.appended(
      SECTION.function,
      added.functions.map(({ type }) => leb128(added.type(type))),
    ),
    ...writer.tables([Uint8Array.of(TYPE.funcref, 1, 1, 1)]),
    ...writer.appended(SECTION.tag, []),
    ...writer.appended(SECTION.global, addedGlobals(added)),
    ...preparedExports(bytes, { shape, facts, indices }),
    ...writer.appended(SECTION.element, [everyFunction(shape)]),
    ...writer.dataCount(),
    ...hintSection(rewriter.hints),
    ...sectionBytes(SECTION.code, [
      leb128(shape.functions - shape.importedFunctions + added.functions.length),
      ...code,
      ...bodies,
    ]),
    ...writer.passiveData(),
    ...writer.nameSection(),
    ...factsSection({ ...facts, savedGlobals: savedCount }),
  ]);
}

/** Of a module whose entry is a function that it imports. */
const NO_FUNCTIONS: CallGraph = { importedFunctions: 0, functions: [] };

function isNumber(type: number): boolean {
  return type >= TYPE.v128 && type <= TYPE.i32;
}

/** The first added global is the virtual size, so that it is the first one saved; those that are not saved come last. */
function memoryGlobals({ memory, globals }: ModuleShape, added: Additions): MemoryGlobals {
  const pages = added.global(memory?.type.minPages ?? 0);
  const last = (): number => globals.length + added.globals.length;
  return {
    pages,
    get grower() {
      return last();
    },
    get window() {
      return { start: last() + 2, end: last() + 3 };
    },
    growerType: added.type(ADDED_TYPE.hostFunction),
  };
}

function addCheck(
  shape: ModuleShape,
  { added, memory }: { added: Additions; memory: MemoryGlobals },
): UnlikelyBranch {
  const body = (): Uint8Array => pauseBody({ pauser: memory.grower + 1, type: memory.growerType });
  const pause = added.function('pause', () => ({ type: ADDED_TYPE.action, body }));
  return checkCode({ control: controlMemory(shape), pause });
}

/** It comes behind the guest's own memory. */
function controlMemory({ memory }: ModuleShape): number {
  return memory === undefined ? 0 : 1;
}

/** What `read` makes of the code section; undefined where there is none. */
function codeReader<T>(
  bytes: Uint8Array,
  { sections }: ModuleShape,
  read: (reader: BinaryReader) => T,
): T | undefined {
  const section = sections.find(({ id }) => id === SECTION.code);
  return section === undefined ? undefined : read(sectionReader(bytes, section));
}

/** The virtual size first, then the flags of dropped segments, then the module's own. */
function savedGlobals(shape: ModuleShape, added: Additions): SavedGlobal[] {
  return [
    ...added.globals.map((_, i) => ({ index: shape.globals.length + i, type: TYPE.i32 })),
    ...shape.globals.flatMap(({ type, mutable }, index) =>
      mutable && isNumber(type) ? [{ index, type }] : [],
    ),
  ];
}

interface ActionParts {
  readonly shape: ModuleShape;
  readonly added: Additions;
  readonly memory: MemoryGlobals;
  readonly saved: () => SavedGlobal[];
}

function addActions({ shape, added, memory, saved }: ActionParts): PreparedIndices {
  const control = controlMemory(shape);
  const action = (key: string, body: () => Uint8Array): number =>
    added.function(key, () => ({ type: ADDED_TYPE.action, body }));
  const initSegment = (segment: number): number =>
    added.function(`init active ${segment}`, () => ({
      type: ADDED_TYPE.range,
      body: () => initBody(memory, { segment, dropped: CODE.i32(0) }),
    }));
  const initData = initDataCode(shape, initSegment);
  return {
    start: shape.start,
    initData: initData.length === 0 ? undefined : action('init data', () => functionBody(initData)),
    save: action('save', () => saveBody(saved(), control)),
    load: action('load', () => loadBody(saved(), control)),
    grower: memory.grower,
    pauser: memory.grower + 1,
    window: memory.window,
    function: added.function('function', () => ({
      type: ADDED_TYPE.accessor,
      body: () => functionAccessorBody(shape.elements, shape.tables.length),
    })),
  };
}

/** Bodies may ask for nothing that is not there yet: all functions were added before. */
function bodiesOf(added: Additions): Uint8Array[] {
  const { length } = added.functions;
  const bodies = added.functions.map(({ body }) => body());
  if (added.functions.length !== length) throw new TypeError('A body of an added function added another');
  return bodies;
}

/** A passive segment of all functions. */
function everyFunction({ functions }: ModuleShape): Uint8Array {
  const indices = Array.from({ length: functions }, (_, i) => leb128(i));
  return concat([Uint8Array.of(1, 0), leb128(functions), ...indices]);
}

function factsSection(facts: PreparedFacts): Uint8Array[] {
  return sectionBytes(SECTION.custom, [...nameBytes(FACTS_SECTION), utf8(JSON.stringify(facts))]);
}
