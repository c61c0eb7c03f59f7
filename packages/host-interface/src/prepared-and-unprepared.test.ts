import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import { Guest, LinearMemory, type GuestOutcome } from '@faasm/faaslet';
import { finishNow, TestEngine } from '@faasm/faaslet/testing';
import { CORPUS_NAMES, corpusModule, demoFunctions } from '@faasm/guests';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GUEST_ARGS, GUEST_ENVIRONMENT } from './guest-environment.ts';
import { hostInterface, linkImports } from './host-interface.ts';

const LIMITS = { memoryBytes: 128 * 1024 * 1024, outputBytes: 6 * 1024 * 1024, logBytes: 65_536 };
const OPTIONS = { args: GUEST_ARGS, environment: GUEST_ENVIRONMENT, limits: LIMITS, captureStdout: true };

/** Guests that never end, whose memory is larger than the limit, or that would take all memory without a limit. */
const NOT_COMPARED: ReadonlySet<string> = new Set(['spin', 'memory-demand', 'memory-hog']);

const INPUTS = ['', '7', 'hello world', 'x'.repeat(70_000)].map((text) => Buffer.from(text));

const engine = new TestEngine(new LinuxMemoryMapper(), {
  imports: (module, current) => linkImports(module, hostInterface(current), current),
  options: OPTIONS,
});

/** Runs a guest as V8 runs it by itself, in the original module with its own memory, on the same host functions. */
function runUnprepared(bytes: Uint8Array<ArrayBuffer>, input: Uint8Array): GuestOutcome {
  const guest = new Guest({ ...OPTIONS, input });
  const current = (): Guest => guest;
  const module = new WebAssembly.Module(bytes);
  const imports = finishNow(linkImports(module, hostInterface(current), current));
  const { exports } = new WebAssembly.Instance(module, imports);
  const { memory } = exports;
  assert.ok(memory instanceof WebAssembly.Memory);
  guest.memory = new LinearMemory(
    {
      get bytes() {
        return new Uint8Array(memory.buffer);
      },
      get view() {
        return new DataView(memory.buffer);
      },
      get sizeBytes() {
        return memory.buffer.byteLength;
      },
    },
    (message) => guest.trap(`Bad pointer: ${message}`),
  );
  try {
    for (const name of ['__wasm_call_ctors', '_faasm_zygote', '_start']) {
      const exported = exports[name];
      if (typeof exported === 'function') exported();
    }
    return guest.finish(guest.ended ?? { type: 'success' });
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    return guest.finish(guest.ended ?? { type: 'error', code: 'guest.trap', message });
  }
}

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
      const expected = runUnprepared(wasm, input);
      for (const how of ['restored', 'reset']) {
        const left = await faaslet.run(engine.guest({ input }));
        assert.deepEqual(left, expected, `${name}, ${how}, input of ${input.byteLength} bytes`);
        faaslet.reset();
      }
    }
  }
});
