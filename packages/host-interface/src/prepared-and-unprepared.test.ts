import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import { TestEngine } from '@faasm/faaslet/testing';
import { CORPUS_NAMES, corpusModule, demoFunctions } from '@faasm/guests';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMON_LAUNCH } from './guest-environment.ts';
import { hostInterface, linkImports } from './host-interface.ts';
import { runUnprepared } from './unprepared-under-test.ts';

const LIMITS = { memoryBytes: 128 * 1024 * 1024, outputBytes: 6 * 1024 * 1024, logBytes: 65_536 };
const OPTIONS = { ...COMMON_LAUNCH, limits: LIMITS, captureStdout: true };

/** Guests that never end, whose memory is larger than the limit, or that would take all memory without a limit. */
const NOT_COMPARED: ReadonlySet<string> = new Set(['spin', 'stubborn', 'memory-demand', 'memory-hog']);

const INPUTS = ['', '7', 'hello world', 'x'.repeat(70_000)].map((text) => Buffer.from(text));

const engine = new TestEngine(new LinuxMemoryMapper(), {
  imports: (module, current) => linkImports(module, hostInterface(current), current),
  options: OPTIONS,
});

test('Every example guest does the same prepared and unprepared: output, logs, exit and traps', async () => {
  const demos = (await demoFunctions()).map(({ ref, wasm }) => ({ name: ref.name, wasm }));
  const corpus = await Promise.all(
    CORPUS_NAMES.map(async (name) => ({ name, wasm: await corpusModule(name) })),
  );
  const compared = [...demos, ...corpus].filter(({ name }) => !NOT_COMPARED.has(name));
  assert.ok(compared.length >= 13, `Only ${compared.length} guests`);
  for (const { name, wasm } of compared) {
    const proto = await engine.initialize(wasm);
    assert.ok(!('outcome' in proto), name);
    const faaslet = engine.faaslet(proto);
    for (const input of INPUTS) {
      const expected = runUnprepared(wasm, { ...OPTIONS, input }).left;
      for (const how of ['restored', 'reset']) {
        const left = await faaslet.run(engine.guest({ input }));
        assert.deepEqual(left, expected, `${name}, ${how}, input of ${input.byteLength} bytes`);
        faaslet.reset();
      }
    }
  }
});
