import type { BinaryReader } from '../binary-reader.ts';
import { leb128 } from '../binary-writer.ts';
import { BULK, GC_BRANCHES, GC_SEGMENT_READERS, OPCODE, skipBulk, skipGc } from '../immediates.ts';
import { skipInstruction } from '../instructions.ts';
import type { ModuleShape } from '../module-shape.ts';
import { ADDED_TYPE, type Additions } from './additions.ts';
import {
  copyBody,
  fillBody,
  fixedRangeCode,
  growBody,
  initBody,
  isShortRange,
  shortRangeBody,
  tableInitBody,
  trapBody,
  type MemoryGlobals,
} from './checked-operations.ts';
import { CheckInserter, UNCHANGED, type Replacement } from './check-inserter.ts';
import type { CheckPlan } from './check-plan.ts';
import { CODE, type Code } from './code-builder.ts';
import { readLocals } from './locals.ts';
import { joinParts, type BranchHints, type Part, type UnlikelyBranch } from './parts.ts';

/** What the code of a module does that decides how it is run. */
export interface CodeFacts {
  /** Whether it changes tables at run time. */
  mutatesTables: boolean;
  /** Whether it makes objects out of segments, for which a flag cannot stand in. */
  readsSegmentsIntoObjects: boolean;
}

/** What a rewriter of code works with. */
export interface CodeRewriterOptions {
  readonly added: Additions;
  readonly memory: MemoryGlobals;
  readonly plan: CheckPlan;
  /** Undefined for a module that is trusted to return control by itself. */
  readonly check: UnlikelyBranch | undefined;
}

/** Local variables that a range of a fixed size needs. */
const SCRATCH_LOCALS = 2;

/** Rewrites function bodies: what depends on the size of the memory, what drops segments, and what could run for long. */
export class CodeRewriter {
  readonly facts: CodeFacts = { mutatesTables: false, readsSegmentsIntoObjects: false };
  /** Of the functions that were rewritten, in the order of their indices. */
  readonly hints: BranchHints[] = [];
  readonly #shape: ModuleShape;
  readonly #options: CodeRewriterOptions;
  /** The constant that the last instruction was. */
  #constant: number | undefined;
  /** Of the function that is read: the first local i32 behind its own. */
  #firstLocal = 0;

  constructor(shape: ModuleShape, options: CodeRewriterOptions) {
    this.#shape = shape;
    this.#options = options;
  }

  /** The bodies of a code section, changed where they must be; those that need no change as they are. */
  rewrite(bytes: Uint8Array, reader: BinaryReader): Uint8Array[] {
    const parts: Uint8Array[] = [];
    const count = reader.u32();
    for (let i = 0; i < count; i++) {
      const start = reader.offset;
      const end = reader.u32() + reader.offset;
      const functionIndex = this.#shape.importedFunctions + i;
      const changed = this.#changedBody(bytes, { reader, end, index: functionIndex });
      if (changed === undefined) {
        parts.push(bytes.subarray(start, end));
        continue;
      }
      const { bytes: body, sizeBytes, unlikely } = joinParts(changed);
      parts.push(leb128(sizeBytes), ...body);
      if (unlikely.length > 0) this.hints.push({ functionIndex, unlikely });
    }
    return parts;
  }

  /** The parts of a body that is read up to `end`; undefined when nothing of it changes. */
  #changedBody(
    bytes: Uint8Array,
    { reader, end, index }: { reader: BinaryReader; end: number; index: number },
  ): Part[] | undefined {
    const locals = readLocals(bytes, reader);
    const { plan, check } = this.#options;
    this.#firstLocal = (this.#shape.parameters[index] ?? 0) + locals.count;
    const scratch = plan.hasFixedRanges(index) ? SCRATCH_LOCALS : 0;
    const firstCounter = this.#firstLocal + scratch;
    const inserter =
      check === undefined ? undefined : new CheckInserter({ plan, check }, { index, firstCounter });
    const parts: Part[] = inserter?.atEntry() ?? [];
    let copied = reader.offset;
    while (reader.offset < end) {
      const start = reader.offset;
      const instead = this.#instead(reader, inserter);
      if (instead === UNCHANGED) continue;
      parts.push(bytes.subarray(copied, start), ...instead);
      copied = reader.offset;
    }
    if (parts.length === 0) return undefined;
    return [...locals.with(scratch + (inserter?.countersUsed ?? 0)), ...parts, bytes.subarray(copied, end)];
  }

  /** Reads an instruction; what stands in for it. */
  #instead(reader: BinaryReader, inserter: CheckInserter | undefined): Replacement {
    const opcode = reader.u8();
    const constant = this.#constant;
    this.#constant = opcode === OPCODE.i32Const ? reader.s32() : undefined;
    if (opcode === OPCODE.i32Const) return UNCHANGED;
    if (opcode === OPCODE.bulk) return this.#insteadOfBulk(reader, constant);
    if (opcode === OPCODE.gc) return this.#insteadOfGc(reader, inserter);
    const checked = inserter?.instead(reader, opcode);
    if (checked !== undefined) return checked;
    const code = this.#insteadOf(reader, opcode);
    return code === undefined ? UNCHANGED : [Uint8Array.from(code)];
  }

  #insteadOfGc(reader: BinaryReader, inserter: CheckInserter | undefined): Replacement {
    const second = reader.u32();
    if (inserter !== undefined && GC_BRANCHES.has(second)) return inserter.gcBranch(reader, second);
    this.facts.readsSegmentsIntoObjects ||= GC_SEGMENT_READERS.has(second);
    skipGc(reader, second);
    return UNCHANGED;
  }

  #insteadOf(reader: BinaryReader, opcode: number): Code | undefined {
    const { added, memory } = this.#options;
    if (opcode === OPCODE.memorySize) {
      reader.skipIntegers(1);
      return CODE.globalGet(memory.pages);
    }
    if (opcode === OPCODE.memoryGrow) {
      reader.skipIntegers(1);
      return CODE.call(
        added.function('grow', () => ({ type: ADDED_TYPE.hostFunction, body: () => growBody(memory) })),
      );
    }
    if (opcode === OPCODE.tableSet) this.facts.mutatesTables = true;
    skipInstruction(reader, opcode);
    return undefined;
  }

  #insteadOfBulk(reader: BinaryReader, constant: number | undefined): Replacement {
    const second = reader.u32();
    if (second === BULK.memoryFill || second === BULK.memoryCopy) {
      reader.skipIntegers(second === BULK.memoryFill ? 1 : 2);
      return [this.#memoryRange(second === BULK.memoryFill ? 'fill' : 'copy', constant)];
    }
    const code = this.#insteadOfOtherBulk(reader, second);
    return code === undefined ? UNCHANGED : [Uint8Array.from(code)];
  }

  #memoryRange(operation: 'fill' | 'copy', length: number | undefined): Part {
    const { memory } = this.#options;
    const body = operation === 'fill' ? fillBody : copyBody;
    if (length === undefined || !isShortRange(length)) {
      const inSlices = this.#range(`${operation} in slices`, () => body(memory, this.#check));
      return Uint8Array.from(
        this.#rangeCall(operation, () => shortRangeBody(memory, { operation, inSlices })),
      );
    }
    const traps = this.#range(`trap of ${operation}`, () => trapBody(memory, operation));
    return fixedRangeCode(memory, { operation, length, local: this.#firstLocal, traps });
  }

  #insteadOfOtherBulk(reader: BinaryReader, second: number): Code | undefined {
    switch (second) {
      case BULK.memoryInit:
        return this.#memoryInit(reader);
      case BULK.dataDrop:
        return this.#drop(`data ${reader.u32()}`);
      case BULK.elemDrop:
        return this.#drop(`element ${reader.u32()}`);
      case BULK.tableInit:
        return this.#tableInit(reader);
      default:
        this.facts.mutatesTables ||= second === BULK.tableCopy || second === BULK.tableGrow;
        this.facts.mutatesTables ||= second === BULK.tableFill;
        skipBulk(reader, second);
        return undefined;
    }
  }

  get #check(): Code {
    return Array.from(this.#options.check?.code ?? []);
  }

  /** A segment that was active is passive now, but for the guest it was dropped when the instance was made. */
  #memoryInit(reader: BinaryReader): Code {
    const segment = reader.u32();
    reader.skipIntegers(1);
    const wasActive = this.#shape.data[segment]?.offset !== undefined;
    return this.#rangeCall(`init ${segment}`, () => {
      const dropped = wasActive ? CODE.i32(1) : this.#options.added.isDropped(`data ${segment}`);
      return initBody(this.#options.memory, { segment, dropped });
    });
  }

  #tableInit(reader: BinaryReader): Code {
    const [element, table] = [reader.u32(), reader.u32()];
    this.facts.mutatesTables = true;
    return this.#rangeCall(`table init ${element} ${table}`, () => {
      const dropped = this.#options.added.isDropped(`element ${element}`);
      return tableInitBody({ element, table, dropped });
    });
  }

  #drop(segment: string): Code {
    return [...CODE.i32(1), ...CODE.globalSet(this.#options.added.droppedFlag(segment))];
  }

  #rangeCall(key: string, body: () => Uint8Array): Code {
    return CODE.call(this.#range(key, body));
  }

  /** Index of a function that works on a range. */
  #range(key: string, body: () => Uint8Array): number {
    return this.#options.added.function(key, () => ({ type: ADDED_TYPE.range, body }));
  }
}
