import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import type { GuestOptions } from '@faasm/faaslet';
import { TestEngine } from '@faasm/faaslet/testing';
import { callsModule, type CallsName } from '@faasm/guests';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostInterface, linkImports } from './host-interface.ts';

const engine = new TestEngine(new LinuxMemoryMapper(), {
  imports: (module, current) => linkImports(module, hostInterface(current), current),
  options: { limits: { memoryBytes: 16 * 1024 * 1024, outputBytes: 65_536, logBytes: 65_536 } },
});

/** Runs a program twice in the same Faaslet; what it printed the second time. */
async function runTwice(
  name: CallsName,
  { exitCode, ...given }: Partial<GuestOptions> & { exitCode: number },
): Promise<string> {
  const proto = await engine.initialize(await callsModule(name));
  assert.ok(!('outcome' in proto), name);
  const faaslet = engine.faaslet(proto);
  let printed = '';
  for (const how of ['restored', 'reset']) {
    const { outcome, stdout, stderr } = await faaslet.run(engine.guest(given));
    const expected = exitCode === 0 ? { type: 'success' } : { type: 'exit', exitCode };
    assert.deepEqual(outcome, expected, `${name}, ${how}: ${Buffer.from(stderr).toString()}`);
    printed = Buffer.from(stdout).toString();
    faaslet.reset();
  }
  return printed;
}

test('env: each call of POSIX that the host has does what C programs ask of it, in a Faaslet that was used before too (I5)', async () => {
  const printed = await runTwice('posix', { exitCode: 9 });
  const checked = new Set(
    [...printed.matchAll(/^host_(?<name>\w+)\(/gmu)].map((match) => match.groups?.['name'] ?? ''),
  );
  const offered = Object.keys(hostInterface(() => assert.fail('No guest runs'))['env'] ?? {});
  const others = new Set(['__faasm_read_input', '__faasm_write_output', 'abort', 'seed', 'console.log']);
  assert.deepEqual([...checked].toSorted(), offered.filter((name) => !others.has(name)).toSorted());
});

/** The calls of WASI preview 1 that the host offers. */
const WASI_CALLS = Object.keys(
  hostInterface(() => assert.fail('No guest runs'))['wasi_snapshot_preview1'] ?? {},
).toSorted();

/** What `wasi-process` and its like take, and how they end. */
const PROCESS = {
  exitCode: 7,
  args: ['program', 'one'],
  environment: ['A=b'],
  input: Buffer.from('input'),
};

/** The calls whose checks were printed: what `pattern` finds of them. */
function callsOf(printed: string, pattern: RegExp): string[] {
  const names = [...printed.matchAll(pattern)].map((match) => match.groups?.['name'] ?? '');
  return [...new Set(names)].toSorted();
}

/** Those that modules import. */
async function importedBy(...names: CallsName[]): Promise<string[]> {
  const modules = await Promise.all(
    names.map(async (name) => new WebAssembly.Module(await callsModule(name))),
  );
  const imports = modules.flatMap((module) => WebAssembly.Module.imports(module));
  const wasi = imports.filter(({ module }) => module === 'wasi_snapshot_preview1').map(({ name }) => name);
  return [...new Set(wasi)].toSorted();
}

test('WASI preview 1: each of its 46 calls does what C programs ask of it, in a Faaslet that was used before too (I5)', async () => {
  assert.equal(WASI_CALLS.length, 46);
  const printed = (await runTwice('wasi-files', { exitCode: 0 })) + (await runTwice('wasi-process', PROCESS));
  assert.deepEqual(callsOf(printed, /^__wasi_(?<name>\w+)\(/gmu), WASI_CALLS);
  assert.deepEqual(await importedBy('wasi-files', 'wasi-process'), WASI_CALLS);
});

test('WASI preview 1: each of its 46 calls does what AssemblyScript programs ask of it, in a Faaslet that was used before too (I5)', async () => {
  const printed =
    (await runTwice('wasi-files-as', { exitCode: 0 })) + (await runTwice('wasi-process-as', PROCESS));
  assert.deepEqual(callsOf(printed, /^(?<name>\w+)/gmu), WASI_CALLS);
  assert.deepEqual(await importedBy('wasi-files-as', 'wasi-process-as'), WASI_CALLS);
});
