import { isFaasmError } from '@faasm/protocol';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assemble, I32, OP, type TestModule } from '../testing/index.ts';
import { prepareModule } from './prepare/prepare-module.ts';
import { validateModule } from './validate-module.ts';

const LIMITS = { memoryBytes: 16 * 65_536 };
const START = { name: '_start', body: [] };

async function refusal(bytes: Uint8Array<ArrayBuffer>): Promise<{ code: string; message: string }> {
  try {
    await validateModule(bytes, LIMITS);
  } catch (error) {
    if (isFaasmError(error)) return error;
    throw error;
  }
  throw new assert.AssertionError({ message: 'The module was accepted' });
}

async function refusedFor(module: TestModule): Promise<string> {
  const { code, message } = await refusal(assemble(module));
  assert.equal(code, 'module.unsupported');
  return message;
}

test('validateModule accepts commands and bare mains, and tells what they import', async () => {
  const imports = [{ from: 'env', name: 'anything', parameters: [I32] }];
  const facts = await validateModule(assemble({ imports, functions: [START], memory: { min: 1 } }), LIMITS);
  assert.deepEqual(facts, {
    imports: ['env.anything'],
    entry: '_start',
    memory: { type: { minPages: 1, maxPages: undefined, shared: false }, imported: false },
  });
  assert.equal(
    (await validateModule(assemble({ functions: [{ ...START, name: 'main' }] }), LIMITS)).entry,
    'main',
  );
});

test('validateModule refuses what is no module with the words of V8', async () => {
  for (const bytes of [
    new Uint8Array(0),
    new Uint8Array(100),
    assemble({ functions: [START] }).slice(0, -1),
  ]) {
    assert.equal((await refusal(bytes)).code, 'module.invalid');
  }
});

test('validateModule refuses by name what this host does not run', async () => {
  assert.match(await refusedFor({ functions: [{ name: 'run', body: [] }] }), /no function _start or main/);
  assert.match(
    await refusedFor({ functions: [START, { name: '__faasm_yield', body: [] }] }),
    /"__faasm_yield"/,
  );
  assert.match(
    await refusedFor({ functions: [START], memory: { min: 17 } }),
    /1114112 bytes, more than the limit of 1048576/,
  );
  assert.match(
    await refusedFor({ functions: [START], memory: { min: 17, imported: true } }),
    /1114112 bytes/,
  );
});

test('validateModule refuses imports of anything but functions and env.memory', async () => {
  const table = Uint8Array.of(0x02, 0x0a, 0x01, 0x03, 0x65, 0x6e, 0x76, 0x01, 0x74, 0x03, 0x7f, 0x00);
  const module = assemble({ functions: [START] });
  const typeSectionEnd = 8 + 2 + (module[9] ?? 0);
  const parts = [module.slice(0, typeSectionEnd), table, module.slice(typeSectionEnd)];
  const { code, message } = await refusal(new Uint8Array(Buffer.concat(parts)));
  assert.equal(code, 'module.unsupported');
  assert.match(message, /the global "env\.t"/);
});

/** A module with all that preparation touches. */
const RICH = assemble({
  imports: [{ from: 'wasi_snapshot_preview1', name: 'proc_exit', parameters: [I32] }],
  memory: { min: 1, max: 100 },
  functions: [START, { body: [OP.i32(1), OP.memoryGrow, OP.drop] }],
  start: 2,
  data: Uint8Array.of(1, 2, 3),
});

test('validateModule survives any change of any bytes, and what it accepts can be prepared (I13)', async () => {
  const change = fc.record({ at: fc.nat(RICH.byteLength - 1), to: fc.nat(255) });
  const property = fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
    const bytes = RICH.slice();
    for (const { at, to } of changes) bytes[at] = to;
    try {
      await validateModule(bytes, LIMITS);
    } catch (error) {
      assert.ok(isFaasmError(error), String(error));
      return;
    }
    assert.ok(WebAssembly.validate(prepareModule(bytes)));
  });
  await fc.assert(property, { numRuns: 2_000 });
});
