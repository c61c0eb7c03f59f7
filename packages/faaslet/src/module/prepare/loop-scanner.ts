import type { BinaryReader } from '../binary-reader.ts';
import { BULK, GC_BRANCHES, OPCODE, skipBulk, skipGc, skipType } from '../immediates.ts';
import { skipInstruction } from '../instructions.ts';
import { RecentInstructions, type Countdown } from './recent-instructions.ts';

/** What is known of a loop before it is rewritten. */
export interface LoopFacts {
  /** Size of its code. */
  readonly bytes: number;
  /** Loops inside of it that have none inside. */
  readonly innermostLoops: number;
  /** Whether it calls anything, or a loop inside of it does. */
  readonly calls: boolean;
  /** When the one way back to its beginning counts: how. */
  readonly countdown: Countdown | undefined;
}

/** What is known of a function before it is rewritten. */
export interface FunctionFacts {
  /** Size of its body. */
  readonly bytes: number;
  /** Own functions that it calls directly, by their place in the code section, once for each call. */
  readonly callees: readonly number[];
  /** Its calls of own functions, and those through tables and references: what V8 may inline. */
  readonly inlinableCalls: number;
  /** Its loops, in the order in which they begin. */
  readonly loops: readonly LoopFacts[];
  /** Whether it fills or copies memory of a size that is a constant. */
  readonly hasFixedRanges: boolean;
  /** How much of its code are loops that call nothing, in bytes. */
  readonly leafLoopBytes: number;
}

/** Whether a loop calls nothing and has no loop inside. */
export function isInnermostLeaf({ calls, innermostLoops }: LoopFacts): boolean {
  return !calls && innermostLoops === 0;
}

interface OpenLoop {
  readonly place: number;
  readonly startByte: number;
  readonly start: number;
  calls: boolean;
  /** Branches that go back to its beginning. */
  waysBack: number;
  countdown: Countdown | undefined;
  leafBytes: number;
  innermostLoops: number;
}

/** V8 allows for no more local variables, parameters included. */
const LOCALS_MAX = 50_000 + 1_000;

const CALLS: ReadonlySet<number> = new Set([
  OPCODE.call,
  OPCODE.callIndirect,
  OPCODE.returnCall,
  OPCODE.returnCallIndirect,
  OPCODE.callRef,
  OPCODE.returnCallRef,
]);

/** Reads function bodies to learn of their calls and loops, in one pass. */
export class LoopScanner {
  readonly #importedFunctions: number;
  /** Counts instructions over all bodies, so that what is noted of one body is older than the next. */
  #position = 0;
  /** Positions of the last two instructions that wrote a local variable, by its index. */
  readonly #lastWrites = new Int32Array(LOCALS_MAX).fill(-1);
  readonly #writesBefore = new Int32Array(LOCALS_MAX).fill(-1);
  #recent = new RecentInstructions();
  /** Blocks that are open; undefined for those that are no loops. */
  #open: (OpenLoop | undefined)[] = [];
  #openLoops: OpenLoop[] = [];
  #loops: LoopFacts[] = [];
  #callees: number[] = [];
  #leafBytes = 0;
  #inlinableCalls = 0;
  #hasFixedRanges = false;

  constructor(importedFunctions: number) {
    this.#importedFunctions = importedFunctions;
  }

  /** Reads an entry of the code section. Throws `MalformedModuleError` for what is not known. */
  read(reader: BinaryReader): FunctionFacts {
    const bytes = reader.u32();
    const end = reader.offset + bytes;
    for (let left = reader.u32(); left > 0; left--) {
      reader.skipIntegers(1);
      skipType(reader);
    }
    this.#recent = new RecentInstructions();
    [this.#open, this.#openLoops, this.#loops, this.#callees] = [[undefined], [], [], []];
    [this.#leafBytes, this.#inlinableCalls, this.#hasFixedRanges] = [0, 0, false];
    while (reader.offset < end) {
      this.#instruction(reader);
      this.#position += 1;
    }
    return {
      bytes,
      callees: this.#callees,
      inlinableCalls: this.#inlinableCalls,
      loops: this.#loops,
      hasFixedRanges: this.#hasFixedRanges,
      leafLoopBytes: this.#leafBytes,
    };
  }

  #instruction(reader: BinaryReader): void {
    const startByte = reader.offset;
    const opcode = reader.u8();
    switch (opcode) {
      case OPCODE.localGet:
        this.#recent.note(opcode, reader.u32());
        return;
      case OPCODE.i32Const:
        this.#recent.note(opcode, reader.s32());
        return;
      case OPCODE.localSet:
      case OPCODE.localTee:
        this.#write(opcode, reader.u32());
        return;
      case OPCODE.br:
        this.#branchTo(reader.u32());
        break;
      case OPCODE.brIf:
        this.#branchIf(reader.u32());
        break;
      default:
        this.#control(reader, { opcode, startByte });
    }
    this.#recent.note(opcode);
  }

  #control(reader: BinaryReader, { opcode, startByte }: { opcode: number; startByte: number }): void {
    if (CALLS.has(opcode)) {
      this.#call(reader, opcode);
      return;
    }
    switch (opcode) {
      case OPCODE.loop:
        this.#openLoop(startByte);
        break;
      case OPCODE.block:
      case OPCODE.if:
      case OPCODE.try:
        this.#open.push(undefined);
        break;
      case OPCODE.end:
      case OPCODE.delegate:
        this.#close(reader.offset);
        break;
      case OPCODE.brOnNull:
      case OPCODE.brOnNonNull:
        this.#branchTo(reader.u32());
        return;
      case OPCODE.brTable:
        for (let left = reader.u32(); left >= 0; left--) this.#branchTo(reader.u32());
        return;
      case OPCODE.tryTable:
        this.#tryTable(reader);
        return;
      case OPCODE.gc:
        this.#gc(reader);
        return;
      case OPCODE.bulk:
        this.#bulk(reader);
        return;
      default:
    }
    skipInstruction(reader, opcode);
  }

  #write(opcode: number, local: number): void {
    this.#recent.note(opcode, local);
    this.#writesBefore[local] = this.#lastWrites[local] ?? -1;
    this.#lastWrites[local] = this.#position;
  }

  #openLoop(startByte: number): void {
    const place = this.#loops.length;
    const fresh = {
      callees: [],
      calls: false,
      waysBack: 0,
      countdown: undefined,
      leafBytes: 0,
      innermostLoops: 0,
    };
    const loop = { place, startByte, start: this.#position, ...fresh };
    this.#open.push(loop);
    this.#openLoops.push(loop);
    this.#loops.push({ bytes: 0, innermostLoops: 0, calls: false, countdown: undefined });
  }

  #close(endByte: number): void {
    const loop = this.#open.pop();
    if (loop === undefined) return;
    this.#openLoops.pop();
    const { place, calls, countdown, innermostLoops } = loop;
    const bytes = endByte - loop.startByte;
    const counts = countdown !== undefined && !calls && loop.waysBack === 1 && this.#counts(countdown, loop);
    this.#loops[place] = {
      bytes,
      innermostLoops,
      calls,
      countdown: counts ? countdown : undefined,
    };
    const around = this.#openLoops.at(-1);
    const leafBytes = calls ? loop.leafBytes : bytes;
    if (around === undefined) this.#leafBytes += leafBytes;
    else {
      around.calls ||= calls;
      around.leafBytes += leafBytes;
      around.innermostLoops += Math.max(1, innermostLoops);
    }
  }

  /** Whether nothing in the loop writes the variable besides the step itself, and nothing at all what it is compared with. */
  #counts({ local, end }: Countdown, { start }: OpenLoop): boolean {
    if ((this.#writesBefore[local] ?? start) >= start) return false;
    return 'constant' in end || (this.#lastWrites[end.local] ?? start) < start;
  }

  #branchTo(label: number): OpenLoop | undefined {
    const target = this.#open.at(-1 - label);
    if (target !== undefined) target.waysBack += 1;
    return target;
  }

  #branchIf(label: number): void {
    const target = this.#branchTo(label);
    if (target !== undefined && label === 0) target.countdown = this.#recent.countdown();
  }

  #call(reader: BinaryReader, opcode: number): void {
    const loop = this.#openLoops.at(-1);
    if (loop !== undefined) loop.calls = true;
    if (opcode !== OPCODE.call && opcode !== OPCODE.returnCall) {
      this.#inlinableCalls += 1;
      skipInstruction(reader, opcode);
      return;
    }
    const callee = reader.u32() - this.#importedFunctions;
    if (callee < 0) return;
    this.#inlinableCalls += 1;
    this.#callees.push(callee);
  }

  #tryTable(reader: BinaryReader): void {
    skipType(reader);
    for (let left = reader.u32(); left > 0; left--) {
      if (reader.u8() < 2) reader.skipIntegers(1);
      this.#branchTo(reader.u32());
    }
    this.#open.push(undefined);
  }

  #bulk(reader: BinaryReader): void {
    const second = reader.u32();
    const isRange = second === BULK.memoryFill || second === BULK.memoryCopy;
    this.#hasFixedRanges ||= isRange && this.#recent.constant() !== undefined;
    skipBulk(reader, second);
  }

  #gc(reader: BinaryReader): void {
    const second = reader.u32();
    if (!GC_BRANCHES.has(second)) {
      skipGc(reader, second);
      return;
    }
    reader.u8();
    this.#branchTo(reader.u32());
    reader.skipIntegers(2);
  }
}
