import { assemble, I32, OP } from '@faasm/faaslet/testing';

/** Instructions that the assembler has no names for. */
const [LOCAL_TEE_0, I32_SUB, BR_IF_0] = [[0x22, 0], 0x6b, [0x0d, 0]];

/** A module whose entry does nothing but count down from `turns`, at most 2^31 - 1. */
export function burningModule(turns: number): Uint8Array<ArrayBuffer> {
  const countDown = [OP.localGet(0), OP.i32(1), I32_SUB, LOCAL_TEE_0, BR_IF_0];
  return assemble({
    memory: { min: 1 },
    functions: [
      { name: '_start', body: [OP.i32(turns), OP.call(1)] },
      { parameters: [I32], body: [OP.loop, ...countDown, OP.end] },
    ],
  });
}
