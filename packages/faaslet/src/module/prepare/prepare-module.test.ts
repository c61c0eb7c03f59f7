import { isFaasmError } from '@faasm/protocol';
import { corpusModule, CORPUS_NAMES, demoFunctions } from '@faasm/guests';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guestPrograms } from '../../instance/guest-program-under-test.ts';
import { assemble, I32, OP, type TestModule } from '../../testing/index.ts';
import { BinaryReader } from '../binary-reader.ts';
import { OPCODE } from '../immediates.ts';
import { readShape } from '../module-shape.ts';
import { readSections, SECTION, sectionReader } from '../sections.ts';
import { validateModule } from '../validate-module.ts';
import { objectFiles, preparedObject } from './object-files.ts';
import { CHECK_INTERVAL, prepareModule } from './prepare-module.ts';
import { isResettable, preparedFacts, type PreparedFacts } from './prepared-facts.ts';

const LIMITS = { memoryBytes: 1024 * 65_536 };
const OPTIONS = { checkInterval: CHECK_INTERVAL };
const START = { name: '_start', body: [] };

function factsOf(module: TestModule): PreparedFacts {
  return preparedFacts(new WebAssembly.Module(prepareModule(assemble(module))));
}

async function realModules(): Promise<Uint8Array<ArrayBuffer>[]> {
  const demos = (await demoFunctions()).map(({ wasm }) => wasm);
  return [...demos, ...(await Promise.all(CORPUS_NAMES.map(corpusModule)))];
}

test('prepareModule is deterministic, and V8 accepts what it makes of every example guest', async () => {
  for (const bytes of await realModules()) {
    const prepared = prepareModule(bytes);
    assert.deepEqual(prepareModule(bytes), prepared);
    assert.ok(WebAssembly.validate(prepared));
    assert.ok(prepared.byteLength < 1.4 * bytes.byteLength + 1_000, `${prepared.byteLength} bytes`);
  }
});

test('A prepared module exports only what the host calls, and imports its memory', async () => {
  const [echo] = await demoFunctions();
  assert.ok(echo !== undefined);
  const module = new WebAssembly.Module(prepareModule(echo.wasm));
  assert.deepEqual(
    WebAssembly.Module.exports(module).map(({ name, kind }) => `${kind} ${name}`),
    [
      'function _start',
      'function __faasm_save',
      'function __faasm_load',
      'function __faasm_function',
      'global __faasm_grower',
      'global __faasm_pauser',
      'global __faasm_window_start',
      'global __faasm_window_end',
    ],
  );
  const memories = WebAssembly.Module.imports(module).filter(({ kind }) => kind === 'memory');
  assert.deepEqual(
    memories.map(({ module: from, name }) => `${from}.${name}`),
    ['faasm.memory', 'faasm.control'],
  );
});

test('prepareModule tells which modules can be reset', () => {
  const table = [0];
  const body = (...code: readonly (number | readonly number[])[]): TestModule => ({
    memory: { min: 1 },
    table,
    functions: [{ name: '_start', body: code }],
  });
  const still = factsOf(body(OP.i32(0), OP.callIndirect(0)));
  assert.deepEqual([isResettable(still), still.mutableTables], [true, 0]);
  for (const changing of [
    body(OP.i32(0), OP.refNull, OP.tableSet),
    body(OP.refNull, OP.i32(1), OP.tableGrow, OP.drop),
  ])
    assert.equal(isResettable(factsOf(changing)), false);
  const reference = { type: 0x70, initial: [OP.refNull] };
  const keeping = factsOf({ functions: [START], globals: [reference] });
  assert.deepEqual([isResettable(keeping), keeping.functionGlobals], [false, [0]]);
});

test('objectFiles refuses by name what a snapshot cannot keep', () => {
  const refusal = (module: TestModule): string => {
    try {
      objectFiles(assemble(module), OPTIONS);
    } catch (error) {
      assert.ok(isFaasmError(error, 'module.unsupported'), String(error));
      return error.message;
    }
    return 'accepted';
  };
  const externref = { type: 0x6f, initial: [[0xd0, 0x6f]] };
  assert.match(
    refusal({ functions: [START], globals: [externref] }),
    /global of references \(6f\) other than funcref/,
  );
  const fence = { name: '_start', body: [[0xfe, 3, 0]] };
  assert.match(refusal({ functions: [fence], memory: { min: 1 } }), /atomic instructions/);
  const globals = Array.from({ length: 4_001 }, () => ({ type: I32, initial: [OP.i32(0)] }));
  assert.match(refusal({ functions: [START], globals }), /4002 mutable globals, more than 4000/);
  assert.equal(refusal({ functions: [START] }), 'accepted');
});

test('A prepared module tells V8 which branches are unlikely: those of checks', async () => {
  let unlikely = 0;
  for (const bytes of await realModules()) {
    const prepared = prepareModule(bytes);
    const { importedFunctions } = readShape(bytes);
    const bodies = functionBodies(prepared);
    const [section] = WebAssembly.Module.customSections(
      new WebAssembly.Module(prepared),
      'metadata.code.branch_hint',
    );
    const reader = new BinaryReader(new Uint8Array(section ?? new ArrayBuffer(1)));
    for (let functions = reader.u32(); functions > 0; functions--) {
      const body = bodies[reader.u32() - importedFunctions];
      for (let hints = reader.u32(); hints > 0; hints--) {
        const opcode = body?.[reader.u32()];
        assert.ok(opcode === OPCODE.if || opcode === OPCODE.brIf, `A hint is about opcode ${opcode}`);
        assert.deepEqual([reader.u8(), reader.u8()], [1, 0]);
        unlikely += 1;
      }
    }
    assert.ok(reader.atEnd);
  }
  assert.ok(unlikely > 500, `${unlikely} hints`);
});

/** The bodies of the code section, each from its locals on. */
function functionBodies(bytes: Uint8Array): Uint8Array[] {
  const section = readSections(bytes).find(({ id }) => id === SECTION.code);
  assert.ok(section !== undefined);
  const reader = sectionReader(bytes, section);
  return Array.from({ length: reader.u32() }, () => reader.take(reader.u32()));
}

test('A data segment that goes beyond the memory traps when the function is initialised, not at its upload', () => {
  const data = new Uint8Array(65_537);
  const module = new WebAssembly.Module(
    prepareModule(assemble({ memory: { min: 1 }, functions: [START], data })),
  );
  assert.ok(WebAssembly.Module.exports(module).some(({ name }) => name === '__faasm_init_data'));
});

test('Upload survives any change of any bytes of real modules, and prepares what it accepts (I13)', async () => {
  const generated = fc.sample(guestPrograms({ tables: true }), { numRuns: 30, seed: 1 });
  const originals = [...(await realModules()), ...generated.map(({ bytes }) => bytes)];
  const change = fc.record({
    at: fc.nat(),
    to: fc.oneof(fc.nat(255), fc.constantFrom(0xfb, 0xfc, 0xfd, 0xfe)),
  });
  const changes = fc.array(change, { minLength: 1, maxLength: 4 });
  let accepted = 0;
  const property = fc.asyncProperty(fc.nat(originals.length - 1), changes, async (which, list) => {
    const bytes = (originals[which] ?? new Uint8Array(0)).slice();
    for (const { at, to } of list) bytes[at % bytes.byteLength] = to;
    try {
      await validateModule(bytes, LIMITS);
      const prepared = objectFiles(bytes, OPTIONS).get(preparedObject(OPTIONS));
      assert.ok(prepared !== undefined);
      accepted += 1;
    } catch (error) {
      assert.ok(isFaasmError(error), String(error));
      assert.notEqual(error.message, 'It cannot be prepared');
    }
  });
  await fc.assert(property, { numRuns: 3_000 });
  assert.ok(accepted > 100, `Only ${accepted} of 3,000 were accepted: nothing was tested`);
});
