import { leb128, nameBytes, sectionBytes } from '../binary-writer.ts';
import { SECTION } from '../sections.ts';
import type { Code } from './code-builder.ts';

/** Code with a branch in it that is hardly ever taken. */
export interface UnlikelyBranch {
  readonly code: Uint8Array;
  /** Where the branch's opcode is in it. */
  readonly branchAt: number;
}

/** A piece of a function's body. */
export type Part = Uint8Array | UnlikelyBranch;

/** The unlikely branches of a function. */
export interface BranchHints {
  readonly functionIndex: number;
  /** Offsets in the function's body. */
  readonly unlikely: readonly number[];
}

/** `before`, then a branch that is hardly ever taken, then what follows it. */
export function unlikelyBranch(before: Code, branch: Code, after: Code = []): UnlikelyBranch {
  return { code: Uint8Array.from([...before, ...branch, ...after]), branchAt: before.length };
}

/** The bytes of parts that make up a body, and the offsets of the unlikely branches among them. */
export function joinParts(parts: readonly Part[]): {
  bytes: readonly Uint8Array[];
  sizeBytes: number;
  unlikely: readonly number[];
} {
  const unlikely: number[] = [];
  let sizeBytes = 0;
  const bytes = parts.map((part) => {
    if (part instanceof Uint8Array) {
      sizeBytes += part.byteLength;
      return part;
    }
    unlikely.push(sizeBytes + part.branchAt);
    sizeBytes += part.code.byteLength;
    return part.code;
  });
  return { bytes, sizeBytes, unlikely };
}

/**
 * The custom section that tells compilers of branches (branch hinting, WebAssembly 3.0): they keep what follows an unlikely
 * one out of the way, so that a check in a loop does not cost the loop its registers. Comes before the code.
 */
export function hintSection(functions: readonly BranchHints[]): Uint8Array[] {
  if (functions.length === 0) return [];
  const entries = functions.flatMap(({ functionIndex, unlikely }) => [
    leb128(functionIndex),
    leb128(unlikely.length),
    ...unlikely.flatMap((offset) => [leb128(offset), UNLIKELY]),
  ]);
  return sectionBytes(SECTION.custom, [
    ...nameBytes('metadata.code.branch_hint'),
    leb128(functions.length),
    ...entries,
  ]);
}

/** A value of one byte: 0. */
const UNLIKELY = Uint8Array.of(1, 0);
