import type { BinaryReader } from '../binary-reader.ts';
import { leb128 } from '../binary-writer.ts';
import { OPCODE, skipType } from '../immediates.ts';
import { skipInstruction } from '../instructions.ts';
import { BlockStack } from './block-stack.ts';
import type { CheckPlan } from './check-plan.ts';
import { loopForm } from './loop-forms.ts';
import type { Part, UnlikelyBranch } from './parts.ts';

/** The bytes of an instruction, in parts. */
export type Replacement = readonly Part[];

/** A plan of checks, and what a check is. */
interface Checks {
  readonly plan: CheckPlan;
  readonly check: UnlikelyBranch;
}

/** An instruction that was read and stays as it is. */
export const UNCHANGED: Replacement = [];

/** Inserts checks into one function body, and mends the labels of its branches. */
export class CheckInserter {
  readonly #plan: CheckPlan;
  readonly #check: UnlikelyBranch;
  readonly #index: number;
  readonly #firstCounter: number;
  readonly #blocks = new BlockStack();
  readonly #beforeCalls: boolean;
  #loopsRead = 0;
  /** Loops that were open at once, at most: as many local variables are needed. */
  #countersUsed = 0;

  /** `firstCounter` is the index of the first local variable behind the function's own. */
  constructor({ plan, check }: Checks, { index, firstCounter }: { index: number; firstCounter: number }) {
    this.#plan = plan;
    this.#check = check;
    this.#index = index;
    this.#firstCounter = firstCounter;
    this.#beforeCalls = plan.beforeCalls(index);
  }

  /** How many local variables were used, all of them i32. */
  get countersUsed(): number {
    return this.#countersUsed;
  }

  /** What the body begins with. */
  atEntry(): Part[] {
    return this.#plan.atEntry(this.#index) ? [this.#check] : [];
  }

  /**
   * What stands in for an instruction whose opcode was read: {@link UNCHANGED} when it stays as it is. Undefined, and
   * nothing more was read, for one that is not about control.
   */
  instead(reader: BinaryReader, opcode: number): Replacement | undefined {
    switch (opcode) {
      case OPCODE.loop:
        return this.#loop(reader);
      case OPCODE.block:
      case OPCODE.if:
      case OPCODE.try:
        this.#blocks.open();
        return undefined;
      case OPCODE.end:
        return this.#blocks.close() ? [Uint8Array.of(OPCODE.end, OPCODE.end)] : UNCHANGED;
      case OPCODE.delegate:
        this.#blocks.close();
        return this.#branch(reader, opcode);
      case OPCODE.brIf:
        return this.#branchIf(reader);
      case OPCODE.br:
      case OPCODE.rethrow:
      case OPCODE.brOnNull:
      case OPCODE.brOnNonNull:
        return this.#branch(reader, opcode);
      case OPCODE.brTable:
        return this.#branchTable(reader);
      case OPCODE.tryTable:
        return this.#tryTable(reader);
      case OPCODE.call:
      case OPCODE.returnCall:
        return this.#call(reader, opcode);
      case OPCODE.callIndirect:
      case OPCODE.returnCallIndirect:
      case OPCODE.callRef:
      case OPCODE.returnCallRef:
        return this.#indirectCall(reader, opcode);
      default:
        return undefined;
    }
  }

  /** What stands in for an instruction of {@link GC_BRANCHES}, whose second number was read. */
  gcBranch(reader: BinaryReader, second: number): Replacement {
    const flags = reader.u8();
    const label = this.#label(reader);
    const types = reader.taken(() => {
      reader.skipIntegers(2);
    });
    return [Uint8Array.of(OPCODE.gc), leb128(second), Uint8Array.of(flags), label, types];
  }

  #loop(reader: BinaryReader): Replacement {
    const blockType = readBlockType(reader);
    const facts = this.#plan.loops(this.#index)[this.#loopsRead];
    if (facts === undefined) throw new TypeError(`Function ${this.#index} has a loop that was not planned`);
    this.#loopsRead += 1;
    const form = loopForm(facts, {
      blockType,
      check: this.#check,
      local: this.#firstCounter + this.#blocks.loops,
      interval: this.#plan.interval(facts),
      // Parameters are out of reach in the block of a late check, from which the loop is entered again.
      mayCheckLate: this.#plan.innermostLoopsCheckLate(this.#index) && !isTypeIndex(blockType),
    });
    this.#blocks.open(form);
    this.#countersUsed = Math.max(this.#countersUsed, this.#blocks.loops);
    return form.opening;
  }

  #branchIf(reader: BinaryReader): Replacement {
    const old = reader.u32();
    return this.#blocks.back(old) ?? this.#relabelled(OPCODE.brIf, old);
  }

  #branch(reader: BinaryReader, opcode: number): Replacement {
    return this.#relabelled(opcode, reader.u32());
  }

  #relabelled(opcode: number, old: number): Replacement {
    const label = this.#blocks.label(old);
    return label === old ? UNCHANGED : [Uint8Array.of(opcode), leb128(label)];
  }

  #label(reader: BinaryReader): Uint8Array {
    return leb128(this.#blocks.label(reader.u32()));
  }

  #branchTable(reader: BinaryReader): Replacement {
    const count = reader.u32();
    const labels = Array.from({ length: count + 1 }, () => this.#label(reader));
    return [Uint8Array.of(OPCODE.brTable), leb128(count), ...labels];
  }

  /** Where its clauses go is counted from outside of it. */
  #tryTable(reader: BinaryReader): Replacement {
    const blockType = readBlockType(reader);
    const count = reader.u32();
    const clauses = Array.from({ length: count }, () => {
      const kind = reader.u8();
      const tag = kind < 2 ? leb128(reader.u32()) : new Uint8Array(0);
      return [Uint8Array.of(kind), tag, this.#label(reader)];
    });
    this.#blocks.open();
    return [Uint8Array.of(OPCODE.tryTable), blockType, leb128(count), ...clauses.flat()];
  }

  #call(reader: BinaryReader, opcode: number): Replacement {
    const callee = reader.u32();
    return this.#beforeCalls ? [this.#check, Uint8Array.of(opcode), leb128(callee)] : UNCHANGED;
  }

  #indirectCall(reader: BinaryReader, opcode: number): Replacement {
    const target = reader.taken(() => {
      skipInstruction(reader, opcode);
    });
    return [this.#check, Uint8Array.of(opcode), target];
  }
}

function readBlockType(reader: BinaryReader): Uint8Array {
  return reader.taken(() => {
    skipType(reader);
  });
}

/** Only a block type that is the index of a function type has parameters; others are one negative byte, or begin with one. */
function isTypeIndex([first = 0]: Uint8Array): boolean {
  return first < 0x40 || first >= 0x80;
}
