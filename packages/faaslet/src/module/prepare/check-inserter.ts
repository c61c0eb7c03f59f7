import type { BinaryReader } from '../binary-reader.ts';
import { leb128 } from '../binary-writer.ts';
import { OPCODE, skipType } from '../immediates.ts';
import { BlockStack } from './block-stack.ts';
import type { CheckPlan } from './check-plan.ts';
import type { Code } from './code-builder.ts';

/** The bytes of an instruction, in parts. */
export type Replacement = readonly Uint8Array[];

/** An instruction that was read and stays as it is. */
export const UNCHANGED: Replacement = [];

/** Inserts checks into one function body, and mends the labels of its branches. */
export class CheckInserter {
  readonly #plan: CheckPlan;
  readonly #check: Code;
  readonly #index: number;
  readonly #firstCounter: number;
  readonly #blocks: BlockStack;
  readonly #beforeCalls: boolean;

  /** `firstCounter` is the index of the first local variable behind the function's own. */
  constructor(
    { plan, code }: { plan: CheckPlan; code: Code },
    { index, firstCounter }: { index: number; firstCounter: number },
  ) {
    this.#plan = plan;
    this.#check = code;
    this.#index = index;
    this.#firstCounter = firstCounter;
    this.#blocks = new BlockStack(plan);
    this.#beforeCalls = plan.beforeCalls(index);
  }

  /** How many local variables were used, all of them i32. */
  get countersUsed(): number {
    return this.#blocks.countersUsed;
  }

  /** What the body begins with. */
  atEntry(): Uint8Array[] {
    return this.#plan.atEntry(this.#index) ? [Uint8Array.from(this.#check)] : [];
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
        return this.#blocks.close(reader.offset) ? [Uint8Array.of(OPCODE.end, OPCODE.end)] : UNCHANGED;
      case OPCODE.delegate:
        this.#blocks.close(reader.offset);
        return this.#branch(reader, opcode);
      case OPCODE.br:
      case OPCODE.brIf:
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
    const start = reader.offset;
    const blockType = readBlockType(reader);
    return this.#blocks.openLoop(blockType, { start, check: this.#check, firstCounter: this.#firstCounter });
  }

  #branch(reader: BinaryReader, opcode: number): Replacement {
    const old = reader.u32();
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
    this.#blocks.called(this.#plan.weight(callee));
    if (!this.#beforeCalls) return UNCHANGED;
    return [Uint8Array.from(this.#check), Uint8Array.of(opcode), leb128(callee)];
  }
}

function readBlockType(reader: BinaryReader): Uint8Array {
  return reader.taken(() => {
    skipType(reader);
  });
}
