import type { BinaryReader } from '../binary-reader.ts';
import { leb128 } from '../binary-writer.ts';
import { BULK, GC_SEGMENT_READERS, OPCODE, skipBulk, skipGc, skipType } from '../immediates.ts';
import { skipInstruction } from '../instructions.ts';
import type { ModuleShape } from '../module-shape.ts';
import { ADDED_TYPE, type Additions } from './additions.ts';
import {
  copyBody,
  fillBody,
  growBody,
  initBody,
  tableInitBody,
  type MemoryGlobals,
} from './checked-operations.ts';
import { CODE, type Code } from './code-builder.ts';

/** What the code of a module does that decides how it is run. */
export interface CodeFacts {
  /** Whether it changes tables at run time. */
  mutatesTables: boolean;
  /** Whether it makes objects out of segments, for which a flag cannot stand in. */
  readsSegmentsIntoObjects: boolean;
}

/** Rewrites function bodies: what depends on the size of the memory, and what drops segments. */
export class CodeRewriter {
  readonly facts: CodeFacts = { mutatesTables: false, readsSegmentsIntoObjects: false };
  readonly #shape: ModuleShape;
  readonly #added: Additions;
  readonly #memory: MemoryGlobals;

  constructor(shape: ModuleShape, { added, memory }: { added: Additions; memory: MemoryGlobals }) {
    this.#shape = shape;
    this.#added = added;
    this.#memory = memory;
  }

  /** The bodies of a code section, changed where they must be; those that need no change as they are. */
  rewrite(bytes: Uint8Array, reader: BinaryReader): Uint8Array[] {
    const parts: Uint8Array[] = [];
    for (let left = reader.u32(); left > 0; left--) {
      const start = reader.offset;
      const end = reader.u32() + reader.offset;
      const changed = this.#changedBody(bytes, { reader, end });
      if (changed === undefined) parts.push(bytes.subarray(start, end));
      else parts.push(leb128(changed.reduce((sum, part) => sum + part.byteLength, 0)), ...changed);
    }
    return parts;
  }

  /** The parts of a body that is read up to `end`; undefined when nothing of it changes. */
  #changedBody(
    bytes: Uint8Array,
    { reader, end }: { reader: BinaryReader; end: number },
  ): Uint8Array[] | undefined {
    const parts: Uint8Array[] = [];
    let copied = reader.offset;
    for (let left = reader.u32(); left > 0; left--) {
      reader.skipIntegers(1);
      skipType(reader);
    }
    while (reader.offset < end) {
      const start = reader.offset;
      const instead = this.#instead(reader, reader.u8());
      if (instead === undefined) continue;
      parts.push(bytes.subarray(copied, start), Uint8Array.from(instead));
      copied = reader.offset;
    }
    return parts.length === 0 ? undefined : [...parts, bytes.subarray(copied, end)];
  }

  /** Reads an instruction; what stands in for it, if anything does. */
  #instead(reader: BinaryReader, opcode: number): Code | undefined {
    if (opcode === OPCODE.bulk) return this.#insteadOfBulk(reader);
    if (opcode === OPCODE.memorySize) {
      reader.skipIntegers(1);
      return CODE.globalGet(this.#memory.pages);
    }
    if (opcode === OPCODE.memoryGrow) {
      reader.skipIntegers(1);
      return this.#call('grow', ADDED_TYPE.grower, () => growBody(this.#memory));
    }
    if (opcode === OPCODE.tableSet) this.facts.mutatesTables = true;
    if (opcode === OPCODE.gc) {
      const second = reader.u32();
      if (GC_SEGMENT_READERS.has(second)) this.facts.readsSegmentsIntoObjects = true;
      skipGc(reader, second);
      return undefined;
    }
    skipInstruction(reader, opcode);
    return undefined;
  }

  #insteadOfBulk(reader: BinaryReader): Code | undefined {
    const second = reader.u32();
    switch (second) {
      case BULK.memoryFill:
        reader.skipIntegers(1);
        return this.#range('fill', () => fillBody(this.#memory));
      case BULK.memoryCopy:
        reader.skipIntegers(2);
        return this.#range('copy', () => copyBody(this.#memory));
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

  /** A segment that was active is passive now, but for the guest it was dropped when the instance was made. */
  #memoryInit(reader: BinaryReader): Code {
    const segment = reader.u32();
    reader.skipIntegers(1);
    const wasActive = this.#shape.data[segment]?.offset !== undefined;
    return this.#range(`init ${segment}`, () => {
      const dropped = wasActive ? CODE.i32(1) : this.#added.isDropped(`data ${segment}`);
      return initBody(this.#memory, { segment, dropped });
    });
  }

  #tableInit(reader: BinaryReader): Code {
    const [element, table] = [reader.u32(), reader.u32()];
    this.facts.mutatesTables = true;
    return this.#range(`table init ${element} ${table}`, () => {
      const dropped = this.#added.isDropped(`element ${element}`);
      return tableInitBody({ element, table, dropped });
    });
  }

  #drop(segment: string): Code {
    return [...CODE.i32(1), ...CODE.globalSet(this.#added.droppedFlag(segment))];
  }

  #range(key: string, body: () => Uint8Array): Code {
    return this.#call(key, ADDED_TYPE.range, body);
  }

  #call(key: string, type: number, body: () => Uint8Array): Code {
    return CODE.call(this.#added.function(key, () => ({ type, body })));
  }
}
