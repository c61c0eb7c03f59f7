import { CODE, functionBody, type Code } from './code-builder.ts';

/** Indices that the bodies below refer to. */
export interface MemoryGlobals {
  /** The virtual size of the memory, in pages. */
  readonly pages: number;
  /** A reference to the host's function that grows it. */
  readonly grower: number;
  /** Type of that function, (i32) -> i32. */
  readonly growerType: number;
}

const PAGE_BITS = 16;

/** Number of bytes that is out of bounds wherever it begins, so that V8 makes the trap that the guest would have had. */
const TOO_MANY = CODE.i32(-1);

/** `memory.grow`: the host's answer is the size before, or -1; only then is the virtual size what it was. */
export function growBody({ pages, grower, growerType }: MemoryGlobals): Uint8Array {
  const [delta, before] = [0, 1];
  return functionBody(
    [
      CODE.localGet(delta),
      CODE.globalGet(grower),
      CODE.callRef(growerType),
      CODE.localTee(before),
      CODE.i32(-1),
      CODE.i32Ne,
      CODE.if,
      CODE.localGet(before),
      CODE.localGet(delta),
      CODE.i32Add,
      CODE.globalSet(pages),
      CODE.end,
      CODE.localGet(before),
    ],
    1,
  );
}

/** `memory.fill (to, value, length)` within the virtual size. */
export function fillBody({ pages }: MemoryGlobals): Uint8Array {
  const [to, value, length] = [0, 1, 2];
  return functionBody([
    CODE.localGet(to),
    CODE.localGet(value),
    ...lengthIf(length, [isInside({ pages, start: to, length })]),
    CODE.memoryFill,
  ]);
}

/** `memory.copy (to, from, length)` within the virtual size. */
export function copyBody({ pages }: MemoryGlobals): Uint8Array {
  const [to, from, length] = [0, 1, 2];
  return functionBody([
    CODE.localGet(to),
    CODE.localGet(from),
    ...lengthIf(length, [
      isInside({ pages, start: to, length }),
      isInside({ pages, start: from, length }),
      CODE.i32And,
    ]),
    CODE.memoryCopy,
  ]);
}

/**
 * `memory.init segment (to, from, length)` within the virtual size. `dropped` are instructions that say whether the
 * segment was dropped, so that it has no bytes.
 */
export function initBody(
  { pages }: MemoryGlobals,
  { segment, dropped }: { segment: number; dropped: Code },
): Uint8Array {
  const [to, from, length] = [0, 1, 2];
  return functionBody([
    CODE.localGet(to),
    ...offsetUnlessDropped({ from, length, dropped }),
    ...lengthIf(length, [isInside({ pages, start: to, length })]),
    CODE.memoryInit(segment),
  ]);
}

/** `table.init element table (to, from, length)` of a segment that a flag may say was dropped. */
export function tableInitBody(target: { element: number; table: number; dropped: Code }): Uint8Array {
  const [to, from, length] = [0, 1, 2];
  return functionBody([
    CODE.localGet(to),
    ...offsetUnlessDropped({ from, length, dropped: target.dropped }),
    CODE.localGet(length),
    CODE.tableInit(target.element, target.table),
  ]);
}

/** An offset behind every segment when the segment was dropped and anything of it is asked for, else `from`. */
function offsetUnlessDropped(range: { from: number; length: number; dropped: Code }): Code[] {
  const asked = [CODE.localGet(range.from), CODE.localGet(range.length), CODE.i32Or, CODE.i32(0), CODE.i32Ne];
  return [CODE.i32(-1), CODE.localGet(range.from), range.dropped, ...asked, CODE.i32And, CODE.select];
}

function lengthIf(length: number, condition: readonly Code[]): Code[] {
  return [CODE.localGet(length), TOO_MANY, ...condition, CODE.select];
}

/** Whether `length` bytes at `start` (both locals, unsigned) end within the virtual size; in 64 bits, so nothing wraps. */
function isInside(range: { pages: number; start: number; length: number }): Code {
  return [
    ...wide(CODE.localGet(range.start)),
    ...wide(CODE.localGet(range.length)),
    CODE.i64Add,
    ...wide(CODE.globalGet(range.pages)),
    CODE.i64(PAGE_BITS),
    CODE.i64Shl,
    CODE.i64LeU,
  ].flat();
}

function wide(code: Code): Code[] {
  return [code, CODE.i64ExtendU];
}
