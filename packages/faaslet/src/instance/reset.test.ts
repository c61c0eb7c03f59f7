import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { MemorySlot } from '../memory/memory-slot.ts';
import { assemble, I32, OP, TestEngine } from '../testing/index.ts';
import type { Faaslet } from './faaslet.ts';
import { guestPrograms, PAGES_MAX, type GuestProgram } from './guest-program-under-test.ts';

const PAGE_BYTES = 65_536;

/** What a guest noted, and whether it trapped at the end. */
interface Seen {
  readonly notes: readonly number[];
  readonly trapped: boolean;
}

let notes: number[] = [];

function engineOf(memoryBytes: number): TestEngine {
  return new TestEngine(new LinuxMemoryMapper(), {
    imports: () => ({ env: { note: (value: number) => notes.push(value) } }),
    options: { limits: { memoryBytes, outputBytes: 100, logBytes: 100 } },
  });
}

const engine = engineOf(PAGES_MAX * PAGE_BYTES);

/** The program as V8 runs it by itself: the original, nothing prepared. */
function unprepared({ bytes }: GuestProgram): { zygote: Seen; entry: Seen | undefined } {
  const env = { note: (value: number) => notes.push(value) };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env });
  const zygote = seen(() => call(exports['_faasm_zygote']));
  return { zygote, entry: zygote.trapped ? undefined : seen(() => call(exports['_start'])) };
}

function call(exported: unknown): void {
  if (typeof exported === 'function') exported();
}

/** Stack overflows and the like would be no traps of the program. */
function seen(run: () => void): Seen {
  notes = [];
  try {
    run();
    return { notes, trapped: false };
  } catch (error) {
    assert.ok(error instanceof WebAssembly.RuntimeError, String(error));
    return { notes, trapped: true };
  }
}

async function runIn(faaslet: Faaslet): Promise<Seen> {
  notes = [];
  const { outcome } = await faaslet.run(engine.guest());
  return { notes, trapped: outcome.type === 'error' };
}

/** A hash of all that a guest can change in a Faaslet, but its tables: those it notes itself. */
function stateHash(faaslet: Faaslet): string {
  const { slot } = faaslet;
  const hash = createHash('sha256').update(slot.bytes.subarray(0, slot.sizeBytes));
  return `${slot.sizeBytes} ${hash.update(faaslet.saveGlobals()).digest('hex')}`;
}

async function checkProgram(program: GuestProgram): Promise<'ran' | 'trapped' | 'failed'> {
  const expected = unprepared(program);
  notes = [];
  const proto = await engine.initialize(program.bytes);
  assert.deepEqual(notes, expected.zygote.notes, 'zygote');
  if (expected.entry === undefined) {
    assert.ok('outcome' in proto, 'The zygote trapped only without a host');
    return 'failed';
  }
  assert.ok(!('outcome' in proto), 'The zygote trapped only with a host');
  const faaslet = engine.faaslet(proto);
  const snapshot = stateHash(faaslet);
  for (let i = 0; i < 3; i++) {
    assert.deepEqual(await runIn(faaslet), expected.entry, `call ${i}`);
    faaslet.reset();
    assert.equal(stateHash(faaslet), snapshot, `reset ${i}`);
  }
  const [pooled] = [engine.faaslet(proto, faaslet.slot)];
  assert.equal(stateHash(pooled), snapshot, 'restored on a used memory');
  assert.deepEqual(await runIn(pooled), expected.entry, 'restored on a used memory');
  return expected.entry.trapped ? 'trapped' : 'ran';
}

for (const tables of [false, true]) {
  test(`Faaslet.reset brings back everything, and preparation changes nothing that a guest sees, ${tables ? 'with' : 'without'} changes of tables (I5)`, async () => {
    const ended = { ran: 0, trapped: 0, failed: 0 };
    const property = fc.asyncProperty(guestPrograms({ tables }), async (program) => {
      try {
        ended[await checkProgram(program)] += 1;
      } catch (error) {
        if (error instanceof Error) error.message = `${error.message}\n${program.text}`;
        throw error;
      }
    });
    await fc.assert(property, { numRuns: 400 });
    for (const [how, count] of Object.entries(ended))
      assert.ok(count > 4, `Only ${count} of 400 programs ${how}: the generator has lost its variety`);
  });
}

/** Grows by `pages` and writes to the last one; exits with what it found there, plus 2 if it could not grow. */
function growing(pages: number, allocates: boolean): Uint8Array<ArrayBuffer> {
  const last = (pages - 1) * PAGE_BYTES;
  return assemble({
    memory: { min: 1 },
    functions: [
      {
        name: 'main',
        parameters: [I32, I32],
        results: [I32],
        body: [
          OP.i32(pages),
          OP.memoryGrow,
          OP.drop,
          OP.i32(last),
          OP.i32Load,
          OP.i32(last),
          OP.i32(1),
          OP.i32Store,
        ],
      },
      { name: '__wasm_call_ctors', body: allocates ? [OP.i32(3), OP.memoryGrow, OP.drop] : [] },
    ],
  });
}

const NOP = 0x01;

test('A guest does not reach the window above its limit, by growing or by an address (I13)', async () => {
  const windowed = engineOf(4 * PAGE_BYTES);
  const mapper = new LinuxMemoryMapper();
  for (const [pages, outcome] of [
    [3, { type: 'success' }],
    [4, { type: 'error', code: 'guest.trap', message: 'memory access out of bounds' }],
  ] as const) {
    const proto = await windowed.initialize(growing(pages, false));
    assert.ok(!('outcome' in proto));
    const slot = new MemorySlot(mapper, { memoryBytes: 8 * PAGE_BYTES });
    const faaslet = windowed.faaslet(proto, slot);
    // The slot is as large as it can be because another Faaslet had it before.
    slot.grow(7, 8);
    faaslet.reset();
    assert.equal(slot.bytes.byteLength, 8 * PAGE_BYTES);
    assert.deepEqual((await faaslet.run(windowed.guest())).outcome, outcome, `${pages} pages`);
  }
});

for (const operation of ['memoryFill', 'memoryCopy'] as const) {
  for (const constant of [true, false]) {
    test(`${operation} of a ${constant ? 'constant' : 'computed'} length ends at the virtual size, not at the physical one (I13)`, async () => {
      const small = engineOf(4 * PAGE_BYTES);
      const length = [OP.i32(16), ...(constant ? [] : [NOP])];
      for (const [start, type] of [
        [PAGE_BYTES - 16, 'success'],
        [PAGE_BYTES - 15, 'error'],
      ] as const) {
        const body = [OP.i32(start), OP.i32(0), ...length, OP[operation]];
        const proto = await small.initialize(
          assemble({ memory: { min: 1 }, functions: [{ name: '_start', body }] }),
        );
        assert.ok(!('outcome' in proto));
        const slot = new MemorySlot(new LinuxMemoryMapper(), { memoryBytes: 4 * PAGE_BYTES });
        const faaslet = small.faaslet(proto, slot);
        slot.grow(3, 4);
        faaslet.reset();
        const { outcome } = await faaslet.run(small.guest());
        assert.equal(outcome.type, type, JSON.stringify(outcome));
      }
    });
  }
}

for (const allocates of [false, true]) {
  test(`A Faaslet grows by 30 MiB in each of 1,000 calls, constructors that allocate: ${allocates} (I5)`, async () => {
    const large = engineOf(40 * 1024 * 1024);
    const proto = await large.initialize(growing(480, allocates));
    assert.ok(!('outcome' in proto));
    const faaslet = large.faaslet(proto);
    const { sizeBytes } = faaslet.slot;
    assert.equal(sizeBytes, (allocates ? 4 : 1) * PAGE_BYTES);
    for (let i = 0; i < 1_000; i++) {
      assert.deepEqual((await faaslet.run(large.guest())).outcome, { type: 'success' }, `call ${i}`);
      assert.equal(faaslet.slot.sizeBytes, sizeBytes + 480 * PAGE_BYTES);
      faaslet.reset();
      assert.equal(faaslet.slot.sizeBytes, sizeBytes);
    }
  });
}
