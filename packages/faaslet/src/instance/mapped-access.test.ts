import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PAGE_BYTES } from '../module/memory-type.ts';
import { assemble, I32, OP, TestEngine, type Code } from '../testing/index.ts';
import type { ProtoFaaslet } from './proto-faaslet.ts';
import { tierUpModule } from './tier-up.ts';

const MEMORY_BYTES = 8 * PAGE_BYTES;
const mapper = new LinuxMemoryMapper();
const region = mapper.createRegion(PAGE_BYTES);
const engine = new TestEngine(mapper, {
  imports: (_, current) => ({
    env: { map: () => current().mapShared({ region, offset: 0, sizeBytes: PAGE_BYTES }) },
  }),
  options: { limits: { memoryBytes: MEMORY_BYTES, outputBytes: 100, logBytes: 100 } },
  windowBytes: 8 * PAGE_BYTES,
});

const MAP = 0;
/** Accesses of an address that is on the stack, and how many bytes they take. */
const ACCESSES: Readonly<Record<string, { readonly code: Code; readonly bytes: number }>> = {
  'i64.load8_s': { code: [[0x30, 0, 0], OP.drop], bytes: 1 },
  'f64.load': { code: [[0x2b, 0, 0], OP.drop], bytes: 8 },
  'i64.store': { code: [OP.i64(1), OP.i64Store], bytes: 8 },
  'v128.load': { code: [[0xfd, 0, 0, 0], OP.drop], bytes: 16 },
  'v128.load8x8_s': { code: [[0xfd, 1, 0, 0], OP.drop], bytes: 8 },
  'v128.load8_splat': { code: [[0xfd, 7, 0, 0], OP.drop], bytes: 1 },
  'v128.load32_zero': { code: [[0xfd, 92, 0, 0], OP.drop], bytes: 4 },
  'v128.load8_lane': { code: [OP.v128(1), [0xfd, 84, 0, 0, 3], OP.drop], bytes: 1 },
  'v128.store': { code: [OP.v128(1), OP.v128Store], bytes: 16 },
  'v128.store8_lane': { code: [OP.v128(1), [0xfd, 88, 0, 0, 3]], bytes: 1 },
};

/** A guest that maps a region, then accesses an address. */
async function accessing(address: number, access: Code): Promise<ProtoFaaslet> {
  const module = assemble({
    imports: [{ from: 'env', name: 'map', results: [I32] }],
    memory: { min: 1 },
    functions: [
      { parameters: [I32], body: [OP.localGet(0), ...access] },
      { name: '_start', body: [OP.call(MAP), OP.drop, OP.i32(address), OP.call(1)] },
    ],
  });
  const proto = await engine.initialize(module);
  assert.ok(!('outcome' in proto));
  return proto;
}

for (const optimised of [false, true]) {
  test(`Accesses of every kind reach the window and trap around it, code optimised: ${optimised} (I13)`, async () => {
    const window = { start: MEMORY_BYTES, end: MEMORY_BYTES + PAGE_BYTES };
    for (const [name, { code, bytes }] of Object.entries(ACCESSES)) {
      for (const [address, type] of [
        [window.start, 'success'],
        [window.end - bytes, 'success'],
        [PAGE_BYTES, 'error'],
        [window.start - bytes, 'error'],
        [window.end - bytes + 1, 'error'],
        [window.end, 'error'],
        [-bytes, 'error'],
      ] as const) {
        const proto = await accessing(address, code);
        const { source } = proto;
        if (optimised) tierUpModule({ ...source, facts: { ...source.facts, hotFunctions: [1, 2] } }, 1_000);
        const faaslet = engine.faaslet(proto);
        const { outcome } = await faaslet.run(engine.guest());
        assert.equal(outcome.type, type, `${name} at ${address}: ${JSON.stringify(outcome)}`);
      }
    }
  });
}

test('Guest.mapShared ends a guest that maps while it is initialised, as no snapshot holds a region', async () => {
  const left = await engine.initialize(
    assemble({
      imports: [{ from: 'env', name: 'map', results: [I32] }],
      memory: { min: 1 },
      functions: [
        { name: '_start', body: [] },
        { name: '_faasm_zygote', results: [I32], body: [OP.call(MAP), OP.drop, OP.i32(0)] },
      ],
    }),
  );
  assert.ok('outcome' in left);
  assert.deepEqual(left.outcome, {
    type: 'error',
    code: 'guest.trap',
    message: 'State cannot be mapped by an initialisation: no call would find it',
  });
});

test('Guest.mapShared ends a guest that maps too much, whatever it catches', async () => {
  const catching = [OP.try, OP.loop, OP.call(MAP), OP.drop, OP.br(0), OP.end, OP.catchAll, OP.end];
  const proto = await engine.initialize(
    assemble({
      imports: [{ from: 'env', name: 'map', results: [I32] }],
      memory: { min: 1 },
      functions: [{ name: '_start', body: catching }],
    }),
  );
  assert.ok(!('outcome' in proto));
  const { outcome } = await engine.faaslet(proto).run(engine.guest());
  assert.deepEqual(outcome, {
    type: 'error',
    code: 'state.mapped_limit',
    message: 'Call maps 589824 bytes of state, over the limit of 524288 bytes',
  });
});
