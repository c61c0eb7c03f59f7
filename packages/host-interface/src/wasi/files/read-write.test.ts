import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import type { GuestOutcome } from '@faasm/faaslet';
import { assemble, I32, OP, TestEngine } from '@faasm/faaslet/testing';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_ARGUMENT_BOUNDS, SLICE_BYTES } from '../../argument-bounds.ts';
import { hostInterface, linkImports } from '../../host-interface.ts';
import { ERRNO } from '../errno.ts';

/** The guest's memory; what is above it is closed, so that whoever touches it ends the process. */
const MEMORY_BYTES = 4 * 65_536;
const INPUT = Uint8Array.from({ length: 200_000 }, (_, i) => i % 251);

/** Where the guests below have their results. */
const AT = { moved: MEMORY_BYTES - 8, errno: MEMORY_BYTES - 4 };

const engine = new TestEngine(new LinuxMemoryMapper(), {
  imports: (module, current) => linkImports(module, hostInterface(current), current),
  options: { limits: { memoryBytes: 10 * MEMORY_BYTES, outputBytes: 100 * MEMORY_BYTES, logBytes: 1_000 } },
});

interface Buffer {
  readonly pointer: number;
  readonly length: number;
}

/** Calls `fd_read` on 0 or `fd_write` on 1; after reading, the output is all of the memory. */
async function move(
  name: 'fd_read' | 'fd_write',
  buffers: readonly Buffer[],
  { at = 0, count = buffers.length, pages = 4 }: { at?: number; count?: number; pages?: number } = {},
): Promise<GuestOutcome> {
  const data = new DataView(new ArrayBuffer(Math.max(1, 8 * buffers.length)));
  for (const [i, { pointer, length }] of buffers.entries()) {
    data.setUint32(8 * i, pointer, true);
    data.setUint32(8 * i + 4, length, true);
  }
  const isRead = name === 'fd_read';
  const values = [isRead ? 0 : 1, at, count, AT.moved];
  const call = [OP.i32(AT.errno), ...values.map((value) => OP.i32(value)), OP.call(0), OP.i32Store];
  const module = assemble({
    imports: [
      { from: 'wasi_snapshot_preview1', name, parameters: [I32, I32, I32, I32], results: [I32] },
      { from: 'env', name: '__faasm_write_output', parameters: [I32, I32] },
    ],
    memory: { min: pages },
    functions: [
      {
        name: '_start',
        body: [...call, ...(isRead ? [OP.i32(0), OP.i32(MEMORY_BYTES), OP.call(1)] : [])],
      },
    ],
    data: new Uint8Array(data.buffer),
  });
  return await engine.run(module, { input: INPUT });
}

const edge = fc.constantFrom(0, 1, 4, 8, SLICE_BYTES - 1, SLICE_BYTES, SLICE_BYTES + 1, MEMORY_BYTES - 9);
const beyond = fc.constantFrom(MEMORY_BYTES, MEMORY_BYTES + 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff);
const inside = fc
  .record({ pointer: fc.oneof(edge, fc.nat(MEMORY_BYTES - 9)), length: fc.oneof(edge, fc.nat(100_000)) })
  .map(({ pointer, length }) => ({ pointer, length: Math.min(length, MEMORY_BYTES - 8 - pointer) }));
const anywhere = fc.record({ pointer: fc.oneof(edge, beyond), length: fc.oneof(edge, beyond) });
const buffersOfAllKinds = fc.oneof(
  { weight: 4, arbitrary: fc.array(inside, { maxLength: 12 }) },
  { weight: 1, arbitrary: fc.array(fc.oneof(inside, anywhere), { maxLength: 12 }) },
);

function isInside({ pointer, length }: Buffer): boolean {
  return pointer + length <= MEMORY_BYTES;
}

function trapCode({ outcome }: GuestOutcome): string {
  return outcome.type === 'error' ? outcome.code : outcome.type;
}

test('fd_read fills buffers in their order, overlapping or not, and touches nothing else (I13)', async () => {
  const property = fc.asyncProperty(buffersOfAllKinds, async (buffers) => {
    const left = await move('fd_read', buffers);
    if (!buffers.every(isInside)) {
      assert.equal(trapCode(left), 'guest.trap');
      return;
    }
    const expected = new Uint8Array(MEMORY_BYTES);
    const view = new DataView(expected.buffer);
    for (const [i, { pointer, length }] of buffers.entries()) {
      view.setUint32(8 * i, pointer, true);
      view.setUint32(8 * i + 4, length, true);
    }
    let read = 0;
    for (const { pointer, length } of buffers) {
      const part = INPUT.subarray(read, read + length);
      expected.set(part, pointer);
      read += part.byteLength;
    }
    view.setUint32(AT.moved, read, true);
    view.setUint32(AT.errno, ERRNO.success, true);
    assert.ok(Buffer.from(expected).equals(left.output), 'The memory is another one');
  });
  await fc.assert(property, { numRuns: 300 });
});

test('fd_write takes buffers in their order, overlapping or not (I13)', async () => {
  const property = fc.asyncProperty(buffersOfAllKinds, async (buffers) => {
    const left = await move('fd_write', buffers);
    if (!buffers.every(isInside)) {
      assert.equal(trapCode(left), 'guest.trap');
      assert.equal(left.output.byteLength, 0);
      return;
    }
    const memory = Buffer.alloc(MEMORY_BYTES);
    for (const [i, { pointer, length }] of buffers.entries()) {
      memory.writeUInt32LE(pointer, 8 * i);
      memory.writeUInt32LE(length, 8 * i + 4);
    }
    const expected = Buffer.concat(
      buffers.map(({ pointer, length }) => memory.subarray(pointer, pointer + length)),
    );
    assert.ok(expected.equals(left.output), 'Standard output is another one');
    assert.ok(left.stdout.byteLength <= 1_000);
  });
  await fc.assert(property, { numRuns: 300 });
});

/** The errno that a read came to, whose guest must have gone on. */
function errnoOf({ output }: GuestOutcome): number {
  return new DataView(output.buffer, output.byteOffset).getUint32(AT.errno, true);
}

test('fd_read takes as many buffers and bytes as the bounds, and no more (I13)', async () => {
  const max = DEFAULT_ARGUMENT_BOUNDS.buffers;
  const empty = { pointer: 0, length: 0 };
  assert.equal(
    errnoOf(
      await move(
        'fd_read',
        Array.from({ length: max }, () => empty),
      ),
    ),
    ERRNO.success,
  );
  for (const count of [max + 1, 0x7fff_ffff, -1])
    assert.equal(errnoOf(await move('fd_read', [empty], { count })), ERRNO.inval);
  const many = Array.from({ length: 1_000 }, () => ({ pointer: 0, length: MEMORY_BYTES }));
  assert.equal(errnoOf(await move('fd_read', many)), ERRNO.success);
  const tooMuch = Array.from({ length: max }, () => ({ pointer: 0, length: 2 ** 21 }));
  assert.equal(errnoOf(await move('fd_read', tooMuch, { pages: 33 })), ERRNO.inval);
  assert.equal(trapCode(await move('fd_read', [empty], { at: MEMORY_BYTES - 7 })), 'guest.trap');
  assert.equal(trapCode(await move('fd_read', [empty], { at: -8 })), 'guest.trap');
});
