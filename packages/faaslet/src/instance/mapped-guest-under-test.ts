import { assemble, I32, OP, type Code } from '../testing/index.ts';

/** Bytes of the fixed ranges below; short, so that they take the place of the operation itself. */
export const FIXED_BYTES = 16;

/** What the passive segment has. */
export const SEGMENT = Uint8Array.of(11, 12, 13, 14, 15, 16, 17, 18);

/** What a guest of {@link mappedGuest} can do, in the order of its table. */
export const STEPS = [
  'end',
  'load',
  'store',
  'fill',
  'copy',
  'init',
  'fixedFill',
  'fixedCopy',
  'grow',
] as const;

/** One of {@link STEPS}. */
export type Step = (typeof STEPS)[number];

const IMPORTS = [
  { from: 'env', name: 'next', results: [I32] },
  { from: 'env', name: 'operand', parameters: [I32], results: [I32] },
  { from: 'env', name: 'note', parameters: [I32] },
] as const;
const [NEXT, OPERAND, NOTE] = [0, 1, 2];
const NOP = 0x01;
const BR_IF = 0x0d;
const PASSIVE_SEGMENT = 1;

const operand = (index: number): Code => [OP.i32(index), OP.call(OPERAND)];
const [A, B, C] = [operand(0), operand(1), operand(2)].map((code) => code.flat());

const BODIES: Readonly<Record<Step, Code>> = {
  end: [],
  load: [A ?? [], OP.i32Load, OP.call(NOTE)],
  store: [A ?? [], B ?? [], OP.i32Store],
  fill: [A ?? [], B ?? [], C ?? [], NOP, OP.memoryFill],
  copy: [A ?? [], B ?? [], C ?? [], NOP, OP.memoryCopy],
  init: [A ?? [], B ?? [], C ?? [], OP.memoryInit(PASSIVE_SEGMENT)],
  fixedFill: [A ?? [], B ?? [], OP.i32(FIXED_BYTES), OP.memoryFill],
  fixedCopy: [A ?? [], B ?? [], OP.i32(FIXED_BYTES), OP.memoryCopy],
  grow: [A ?? [], OP.memoryGrow, OP.call(NOTE)],
};

/**
 * A guest that does what it is told: `env.next` is the place of a step in {@link STEPS}, `env.operand` gives its operands,
 * and what it finds goes to `env.note`.
 */
export function mappedGuest({
  pages,
  pagesMax,
}: {
  pages: number;
  pagesMax: number;
}): Uint8Array<ArrayBuffer> {
  const first = IMPORTS.length;
  return assemble({
    imports: IMPORTS,
    memory: { min: pages, max: pagesMax },
    table: STEPS.map((_, i) => first + i),
    functions: [
      ...STEPS.map((step) => ({
        results: [I32],
        body: [...BODIES[step], OP.i32(step === 'end' ? 0 : 1)],
      })),
      { name: '_start', body: [OP.loop, OP.call(NEXT), OP.callIndirect(0), BR_IF, 0, OP.end] },
    ],
    data: Uint8Array.of(1, 2, 3, 4),
    passiveData: SEGMENT,
  });
}
