import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SnapshotRefusedError } from './snapshot-codec.ts';
import { openSnapshot, sealSnapshot } from './snapshot-file.ts';
import type { SnapshotIdentity } from './snapshot-identity.ts';
import type { Snapshot } from './snapshot.ts';
import { sparseExtents } from './sparse-extents.ts';

const IDENTITY: SnapshotIdentity = {
  user: 'demo',
  moduleDigest: 'a'.repeat(64),
  preparerVersion: 1,
  hostInterfaceVersion: 1,
  environmentDigest: 'b'.repeat(64),
};
const SEAL = { identity: IDENTITY, key: new Uint8Array(32).fill(1) };
const BOUNDS = { pagesMax: 4, savedGlobals: 2 };

const BLOCK_BYTES = 4_096;
const PAGE_BYTES = 65_536;

/** Objects as others make them, for comparisons. */
const PLAIN = { noNullPrototype: true } as const;

const entries = fc.record(
  { at: fc.nat(8), functionIndex: fc.option(fc.nat(1_000), { nil: undefined }) },
  PLAIN,
);
const tables = fc.record(
  { index: fc.nat(3), size: fc.constant(9), entries: fc.array(entries, { maxLength: 5 }) },
  PLAIN,
);

/** Snapshots as initialisation makes them: of a memory with some bytes here and there. */
const snapshots: fc.Arbitrary<Snapshot> = fc.record(
  {
    pages: fc.constant(3),
    extents: fc
      .array(fc.tuple(fc.nat(3 * PAGE_BYTES - 1), fc.integer({ min: 1, max: 255 })), { maxLength: 6 })
      .map((written) => {
        const memory = new Uint8Array(3 * PAGE_BYTES);
        for (const [at, byte] of written) memory[at] = byte;
        return sparseExtents(memory);
      }),
    globals: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => new Uint8Array(bytes)),
    tables: fc.array(tables, { maxLength: 3 }),
  },
  PLAIN,
);

function open(file: Uint8Array, seal = SEAL): Snapshot {
  return openSnapshot(file, { ...seal, bounds: BOUNDS });
}

const refused = (reason: RegExp) => (error: unknown) =>
  error instanceof SnapshotRefusedError && reason.test(error.message);

test('openSnapshot gives back what sealSnapshot was given', () => {
  fc.assert(
    fc.property(snapshots, (snapshot) => {
      assert.deepEqual(open(sealSnapshot(snapshot, SEAL)), snapshot);
    }),
    { numRuns: 200 },
  );
});

const SAMPLE: Snapshot = {
  pages: 1,
  extents: [{ offset: BLOCK_BYTES, bytes: new Uint8Array(BLOCK_BYTES).fill(7) }],
  globals: new Uint8Array(32).fill(2),
  tables: [{ index: 0, size: 3, entries: [{ at: 1, functionIndex: 4 }] }],
};

test('openSnapshot refuses a file that was cut anywhere, or has something added (I5, I13)', () => {
  const file = sealSnapshot(SAMPLE, SEAL);
  for (let length = 0; length < file.byteLength; length += length < 200 ? 1 : 97)
    assert.throws(() => open(file.subarray(0, length)), SnapshotRefusedError);
  assert.throws(() => open(new Uint8Array([...file, 0])), refused(/changed/));
});

test('openSnapshot refuses a file of which any bit was turned (I5, I13)', () => {
  const file = sealSnapshot(SAMPLE, SEAL);
  fc.assert(
    fc.property(fc.nat(file.byteLength - 1), fc.nat(7), (at, bit) => {
      const changed = file.slice();
      changed[at] = (changed[at] ?? 0) ^ (1 << bit);
      assert.throws(() => open(changed), SnapshotRefusedError);
    }),
    { numRuns: 1_000 },
  );
});

test('openSnapshot refuses what another key made, and what belongs to anybody else (I5)', () => {
  const file = sealSnapshot(SAMPLE, SEAL);
  assert.throws(() => open(file, { ...SEAL, key: new Uint8Array(32) }), refused(/another key/));
  const others: readonly Partial<SnapshotIdentity>[] = [
    { user: 'other' },
    { moduleDigest: 'c'.repeat(64) },
    { preparerVersion: 2 },
    { hostInterfaceVersion: 2 },
    { environmentDigest: '' },
  ];
  for (const other of others)
    assert.throws(
      () => open(file, { ...SEAL, identity: { ...IDENTITY, ...other } }),
      refused(/another function/),
    );
});

test('openSnapshot checks what is inside even when it is authentic (I13)', () => {
  const wrong: readonly (readonly [Snapshot, RegExp])[] = [
    [{ ...SAMPLE, pages: 5 }, /size of the memory is 5, more than 4/],
    [{ ...SAMPLE, globals: new Uint8Array(16) }, /16 bytes of globals/],
    [{ ...SAMPLE, extents: [{ offset: 1, bytes: new Uint8Array(BLOCK_BYTES) }] }, /out of place/],
    [{ ...SAMPLE, extents: [{ offset: 0, bytes: new Uint8Array(2 * PAGE_BYTES) }] }, /out of place/],
    [{ ...SAMPLE, extents: [...SAMPLE.extents, ...SAMPLE.extents] }, /out of place/],
    [{ ...SAMPLE, tables: [{ index: 0, size: 1, entries: [{ at: 1, functionIndex: 1 }] }] }, /entry is 1/],
  ];
  for (const [snapshot, reason] of wrong)
    assert.throws(() => open(sealSnapshot(snapshot, SEAL)), refused(reason));
});
