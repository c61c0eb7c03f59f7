import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import { assemble, I32, OP, TestEngine } from '@faasm/faaslet/testing';
import { utf8 } from '@faasm/stdx';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostInterface, linkImports } from '../host-interface.ts';

const engine = new TestEngine(new LinuxMemoryMapper(), {
  imports: (module, current) => linkImports(module, hostInterface(current), current),
  options: { limits: { memoryBytes: 65_536, outputBytes: 1_024, logBytes: 1_024 } },
});

/** What becomes of a function whose zygote makes one host call, with memory that begins with `tmp`. */
async function zygote(name: string, values: readonly number[]): Promise<string> {
  const parameters = values.map(() => I32);
  const module = assemble({
    imports: [{ from: 'wasi_snapshot_preview1', name, parameters, results: [I32] }],
    memory: { min: 1 },
    functions: [
      { name: '_start', body: [] },
      { name: '_faasm_zygote', results: [I32], body: [...values.map((value) => OP.i32(value)), OP.call(0)] },
    ],
    data: utf8('tmp/new'),
  });
  const left = await engine.initialize(module);
  if (!('outcome' in left)) return 'initialised';
  return left.outcome.type === 'error' ? left.outcome.message : left.outcome.type;
}

test('An initialisation that leaves descriptors other than it found them is refused, and names them (I5)', async () => {
  assert.equal(
    await zygote('fd_close', [1]),
    'Initialisation opened or closed descriptors and left them so: 1',
  );
  assert.equal(
    await zygote('fd_renumber', [2, 4]),
    'Initialisation opened or closed descriptors and left them so: 2, 4',
  );
});

test('An initialisation that writes files is refused, because no call would find them (I5)', async () => {
  assert.equal(
    await zygote('path_create_directory', [3, 0, 7]),
    'Initialisation wrote files, and no call would find them',
  );
});

test('An initialisation that only reads files is none of that', async () => {
  assert.equal(await zygote('path_filestat_get', [3, 0, 0, 3, 64]), 'initialised');
});
