import { CODE, functionBody, type Code } from './code-builder.ts';
import { unlikelyBranch, type UnlikelyBranch } from './parts.ts';

/** Indices that the bodies below refer to. */
export interface MemoryGlobals {
  /** The virtual size of the memory, in pages. */
  readonly pages: number;
  /** Where the window begins and ends, in pages; both 0 while nothing is mapped. */
  readonly window: { readonly start: number; readonly end: number };
  /** A reference to the host's function that grows it. */
  readonly grower: number;
  /** Type of that function, (i32) -> i32. */
  readonly growerType: number;
}

const PAGE_BITS = 16;

/** What is filled or copied between two checks: microseconds, or some tens of them where pages are touched first. */
const SLICE_BYTES = 65_536;

/** Number of bytes that is out of bounds wherever it begins, so that V8 makes the trap that the guest would have had. */
const TOO_MANY = CODE.i32(-1);

/**
 * Asks the host what to do at a check: it answers at once or, having suspended the guest, later. An answer other than 0
 * ends the guest with a trap, which it cannot catch.
 */
export function pauseBody({ pauser, type }: { pauser: number; type: number }): Uint8Array {
  return functionBody([
    CODE.i32(0),
    CODE.globalGet(pauser),
    CODE.callRef(type),
    CODE.if,
    CODE.unreachable,
    CODE.end,
  ]);
}

/** A check: whether another thread has set the word, and if so what to do. Leaves the operands as they are. */
export function checkCode({ control, pause }: { control: number; pause: number }): UnlikelyBranch {
  const word = [...CODE.i32(0), ...CODE.i32AtomicLoad(control)];
  return unlikelyBranch(word, CODE.if, [...CODE.call(pause), ...CODE.end]);
}

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

/** An operation on memory that is in this module twice: at once for short ranges, and in slices for others. */
export interface RangeOperation {
  readonly operation: 'fill' | 'copy';
  /** Index of the function that does it in slices. */
  readonly inSlices: number;
}

/** Does the operation at once where the range is short and within the virtual size: so that V8 has little to inline. */
export function shortRangeBody(
  memory: MemoryGlobals,
  { operation, inSlices: slices }: RangeOperation,
): Uint8Array {
  const [to, second, length] = [0, 1, 2];
  const range = [CODE.localGet(to), CODE.localGet(second), CODE.localGet(length)];
  return functionBody([
    ...rangesOf(operation).map((start) =>
      isInside({ pages: memory.pages, start, length: CODE.localGet(length) }),
    ),
    ...(operation === 'copy' ? [CODE.i32And] : []),
    CODE.localGet(length),
    CODE.i32(SLICE_BYTES),
    CODE.i32LeU,
    CODE.i32And,
    CODE.if,
    ...range,
    operation === 'copy' ? CODE.memoryCopy : CODE.memoryFill,
    CODE.else,
    ...range,
    CODE.call(slices),
    CODE.end,
  ]);
}

/** What stands in for a filling or copying of `length` bytes, a constant that is on the stack. */
export interface FixedRange {
  readonly operation: 'fill' | 'copy';
  readonly length: number;
  /** The first of two local i32s that nothing else uses. */
  readonly local: number;
  /** Index of the function that traps when it cannot be done. */
  readonly traps: number;
}

/** Whether V8 may do an operation of so many bytes at once. */
export function isShortRange(length: number): boolean {
  return length >= 0 && length <= SLICE_BYTES;
}

/** The operation itself, which V8 makes a few stores of, behind a check that it is within the virtual size. */
export function fixedRangeCode({ pages }: MemoryGlobals, range: FixedRange): UnlikelyBranch {
  const { operation, local: to, length, traps } = range;
  const second = to + 1;
  const values = [...CODE.localGet(to), ...CODE.localGet(second), ...CODE.i32(length)];
  const inside = rangesOf(operation).flatMap((offset) =>
    isInside({ pages, start: to + offset, length: CODE.i32(length) }),
  );
  return unlikelyBranch(
    [
      ...CODE.drop,
      ...CODE.localSet(second),
      ...CODE.localSet(to),
      ...inside,
      ...(operation === 'copy' ? CODE.i32And : []),
      ...CODE.i32Eqz,
    ],
    CODE.if,
    [
      ...values,
      ...CODE.call(traps),
      ...CODE.end,
      ...values,
      ...(operation === 'copy' ? CODE.memoryCopy : CODE.memoryFill),
    ],
  );
}

/** Which of the first two operands are pointers. */
function rangesOf(operation: 'fill' | 'copy'): number[] {
  return operation === 'copy' ? [0, 1] : [0];
}

/** Traps as the operation (to, value or from, length) would, unless the guest has all of its ranges. */
export function trapBody(memory: MemoryGlobals, operation: 'fill' | 'copy'): Uint8Array {
  return functionBody(trapUnlessHeld(memory, operation));
}

/** `memory.fill (to, value, length)` of what the guest has, with a check between slices. */
export function fillBody(memory: MemoryGlobals, check: Code): Uint8Array {
  const [to, value, length] = [0, 1, 2];
  return functionBody([
    ...trapUnlessHeld(memory, 'fill'),
    ...inSlices(length, {
      check,
      slice: [
        CODE.localGet(to),
        CODE.localGet(value),
        CODE.i32(SLICE_BYTES),
        CODE.memoryFill,
        ...advance(to),
      ],
    }),
    CODE.localGet(to),
    CODE.localGet(value),
    CODE.localGet(length),
    CODE.memoryFill,
  ]);
}

/** `memory.copy (to, from, length)` of what the guest has, with a check between slices. */
export function copyBody(memory: MemoryGlobals, check: Code): Uint8Array {
  const [to, from, length] = [0, 1, 2];
  const copy = [CODE.localGet(to), CODE.localGet(from), CODE.i32(SLICE_BYTES), CODE.memoryCopy];
  const fromTheEnd = [...atRest(to, length), ...atRest(from, length), CODE.i32(SLICE_BYTES), CODE.memoryCopy];
  return functionBody([
    ...trapUnlessHeld(memory, 'copy'),
    // The slices of ranges that overlap go in the direction in which none is overwritten before it is read.
    CODE.localGet(to),
    CODE.localGet(from),
    CODE.i32LeU,
    CODE.if,
    ...inSlices(length, { check, slice: [...copy, ...advance(to), ...advance(from)] }),
    CODE.else,
    ...inSlices(length, { check, slice: fromTheEnd }),
    CODE.end,
    CODE.localGet(to),
    CODE.localGet(from),
    CODE.localGet(length),
    CODE.memoryCopy,
  ]);
}

/**
 * `memory.init segment (to, from, length)` to what the guest has. `dropped` are instructions that say whether the
 * segment was dropped, so that it has no bytes.
 */
export function initBody(
  memory: MemoryGlobals,
  { segment, dropped }: { segment: number; dropped: Code },
): Uint8Array {
  const [to, from, length] = [0, 1, 2];
  return functionBody([
    CODE.localGet(to),
    ...offsetUnlessDropped({ from, length, dropped }),
    ...lengthIf(length, isHeld(memory, { start: to, length: CODE.localGet(length) })),
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

/** While more than a slice of `length` is left: takes it off, runs `slice`, checks. */
function inSlices(length: number, { slice, check }: { slice: readonly Code[]; check: Code }): Code[] {
  if (check.length === 0) return [];
  return [
    CODE.loopEmpty,
    CODE.i32(SLICE_BYTES),
    CODE.localGet(length),
    CODE.i32LtU,
    CODE.if,
    CODE.localGet(length),
    CODE.i32(SLICE_BYTES),
    CODE.i32Sub,
    CODE.localSet(length),
    ...slice,
    check,
    CODE.br(1),
    CODE.end,
    CODE.end,
  ];
}

function advance(pointer: number): Code[] {
  return [CODE.localGet(pointer), CODE.i32(SLICE_BYTES), CODE.i32Add, CODE.localSet(pointer)];
}

function atRest(pointer: number, length: number): Code[] {
  return [CODE.localGet(pointer), CODE.localGet(length), CODE.i32Add];
}

/** Traps where V8 does with the words that the guest would have seen, unless the guest has the ranges of the operation. */
function trapUnlessHeld(memory: MemoryGlobals, operation: 'fill' | 'copy'): Code[] {
  const length = CODE.localGet(2);
  return [
    ...rangesOf(operation).flatMap((start) => isHeld(memory, { start, length })),
    ...(operation === 'copy' ? [CODE.i32And] : []),
    CODE.i32Eqz,
    CODE.if,
    CODE.i32(0),
    CODE.i32(0),
    TOO_MANY,
    operation === 'copy' ? CODE.memoryCopy : CODE.memoryFill,
    CODE.end,
  ];
}

function lengthIf(length: number, condition: readonly Code[]): Code[] {
  return [CODE.localGet(length), TOO_MANY, ...condition, CODE.select];
}

/** A range of a memory: where it begins is in a local, and both are unsigned. */
interface LocalRange {
  readonly start: number;
  readonly length: Code;
}

/** Whether a range is wholly within the virtual size, or wholly in the window. */
function isHeld({ pages, window }: MemoryGlobals, range: LocalRange): Code[] {
  const begins = [...bytesOf(window.start), ...wide(CODE.localGet(range.start)), CODE.i64LeU];
  const ends = isInside({ pages: window.end, ...range });
  return [isInside({ pages, ...range }), ...begins, ends, CODE.i32And, CODE.i32Or];
}

/** Whether a range ends at or before a number of pages, which a global has; in 64 bits, so that nothing wraps. */
function isInside({ pages, start, length }: LocalRange & { readonly pages: number }): Code {
  return [...wide(CODE.localGet(start)), ...wide(length), CODE.i64Add, ...bytesOf(pages), CODE.i64LeU].flat();
}

/** So many bytes as a global has pages, in 64 bits. */
function bytesOf(pages: number): Code[] {
  return [...wide(CODE.globalGet(pages)), CODE.i64(PAGE_BITS), CODE.i64Shl];
}

function wide(code: Code): Code[] {
  return [code, CODE.i64ExtendU];
}
