import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FileError } from '../file-error.ts';
import { Room } from '../room.ts';
import { CHUNK_BYTES, FileContent } from './file-content.ts';

const LIMITS = { writtenBytes: 4 * CHUNK_BYTES, writtenEntries: 1, descriptors: 5 };

const offset = fc.oneof(
  fc.constantFrom(0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES),
  fc.nat(3 * CHUNK_BYTES),
);
const length = fc.oneof(fc.constantFrom(0, 1, CHUNK_BYTES), fc.nat(CHUNK_BYTES + 10));
const operation = fc.record({
  kind: fc.constantFrom('write', 'read', 'resize', 'hold'),
  offset,
  length,
  value: fc.integer({ min: 1, max: 255 }),
});

/** What a file is to anybody who does not know how it is held. */
class Model {
  bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes.slice();
  }

  resize(size: number): void {
    const next = new Uint8Array(size);
    next.set(this.bytes.subarray(0, size));
    this.bytes = next;
  }

  write(at: number, source: Uint8Array): void {
    if (source.byteLength === 0) return;
    if (at + source.byteLength > this.bytes.byteLength) this.resize(at + source.byteLength);
    this.bytes.set(source, at);
  }
}

function apply(content: FileContent, model: Model, step: Step): void {
  const { kind, offset: at, length: size, value } = step;
  if (kind === 'write') {
    const source = new Uint8Array(size).fill(value);
    assert.equal(content.writeAt(at, source), size);
    model.write(at, source);
  } else if (kind === 'read') {
    const target = new Uint8Array(size);
    const expected = model.bytes.subarray(at, at + size);
    assert.equal(content.readAt(at, target), expected.byteLength);
    assert.ok(Buffer.from(expected).equals(target.subarray(0, expected.byteLength)));
  } else if (kind === 'resize') {
    content.setSize(at);
    model.resize(at);
  } else {
    content.hold(at, size);
    if (at + size > model.bytes.byteLength) model.resize(at + size);
  }
}

interface Step {
  readonly kind: string;
  readonly offset: number;
  readonly length: number;
  readonly value: number;
}

test('FileContent holds what was written over what lies below, which it never changes (I5)', () => {
  const property = fc.property(
    fc.nat(3 * CHUNK_BYTES),
    fc.array(operation, { maxLength: 30 }),
    (size, steps) => {
      const lower = new Uint8Array(new SharedArrayBuffer(size)).fill(7);
      const content = new FileContent(lower, new Room({ ...LIMITS, writtenBytes: 16 * CHUNK_BYTES }));
      const model = new Model(lower);
      for (const step of steps) apply(content, model, step);
      assert.equal(content.sizeBytes, model.bytes.byteLength);
      const whole = new Uint8Array(content.sizeBytes);
      content.readAt(0, whole);
      assert.ok(Buffer.from(model.bytes).equals(whole), 'The file has other bytes');
      assert.ok(
        lower.every((byte) => byte === 7),
        'What lies below has changed',
      );
    },
  );
  fc.assert(property, { numRuns: 200 });
});

test('FileContent.release gives back all the room that writes took', () => {
  const property = fc.property(fc.array(operation, { maxLength: 20 }), (steps) => {
    const room = new Room({ ...LIMITS, writtenBytes: 16 * CHUNK_BYTES });
    const content = new FileContent(new Uint8Array(0), room);
    for (const step of steps)
      apply(content, new Model(new Uint8Array(4 * CHUNK_BYTES)), {
        ...step,
        kind: step.kind === 'read' ? 'write' : step.kind,
      });
    content.release();
    assert.ok(room.takeBytes(16 * CHUNK_BYTES), 'Some of the room is missing');
  });
  fc.assert(property, { numRuns: 100 });
});

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'done';
  } catch (error) {
    return error instanceof FileError ? error.code : String(error);
  }
}

test('FileContent.writeAt writes what finds room, and refuses the next byte with nospc', () => {
  const room = new Room(LIMITS);
  const other = new FileContent(new Uint8Array(0), room);
  other.writeAt(0, new Uint8Array(3 * CHUNK_BYTES));
  const content = new FileContent(new Uint8Array(0), room);
  assert.equal(content.writeAt(0, new Uint8Array(2 * CHUNK_BYTES)), CHUNK_BYTES);
  assert.equal(
    codeOf(() => content.writeAt(CHUNK_BYTES, new Uint8Array(1))),
    'nospc',
  );
  other.setSize(0);
  assert.equal(content.writeAt(CHUNK_BYTES, new Uint8Array(1)), 1);
});

test('FileContent takes a file to the limit and refuses more with fbig, however sparse', () => {
  const content = new FileContent(new Uint8Array(0), new Room(LIMITS));
  content.setSize(LIMITS.writtenBytes);
  assert.equal(
    codeOf(() => {
      content.setSize(LIMITS.writtenBytes + 1);
    }),
    'fbig',
  );
  assert.equal(
    codeOf(() => content.writeAt(LIMITS.writtenBytes, new Uint8Array(1))),
    'fbig',
  );
  assert.equal(
    codeOf(() => {
      content.hold(Number.MAX_SAFE_INTEGER - 1, 1);
    }),
    'fbig',
  );
  assert.equal(content.writeAt(LIMITS.writtenBytes - 1, new Uint8Array(2)), 1);
});

test('FileContent holds small files in little room', () => {
  const room = new Room({ ...LIMITS, writtenBytes: CHUNK_BYTES });
  for (let i = 0; i < 128; i++) new FileContent(new Uint8Array(0), room).writeAt(0, new Uint8Array(512));
  assert.equal(room.takeBytes(1), false);
});
