import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { GUESTS_FOLDER } from './guests-folder.ts';
import { runGuest } from './run-guest.ts';
import { compileAssemblyScript } from './toolchain/assemblyscript.ts';

const PROGRAM = `
import { getArgs, getInput, getInputSize, print, printError, setOutput } from './faasm';
export { _faasm_zygote, _start };
let prepared = 0;
function _faasm_zygote(): i32 { prepared++; return 0; }
function _start(): void {
  print(\`\${prepared} \${getArgs().join('|')}\`);
  printError('two\\n');
  assert(getInput().byteLength == getInputSize());
  setOutput(getInput());
}`;

test('the AssemblyScript library has input, output, arguments and both streams', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'faasm-as-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'program.ts'), PROGRAM);
  const library = await readFile(join(GUESTS_FOLDER, 'assemblyscript/faasm.ts'), 'utf8');
  await writeFile(join(folder, 'faasm.ts'), library);
  const output = join(folder, 'program.wasm');
  const source = relative(GUESTS_FOLDER, join(folder, 'program.ts'));
  await compileAssemblyScript({ cwd: GUESTS_FOLDER, source, output, flags: [] });

  const args = ['function.wasm', 'ü', ''];
  const wasm = new Uint8Array(await readFile(output));
  const run = await runGuest(wasm, { args, input: Buffer.from('a\0b') });
  assert.deepEqual(run, {
    exitCode: 0,
    stdout: '1 function.wasm|ü|',
    stderr: 'two\n',
    output: new Uint8Array(Buffer.from('a\0b')),
  });
});
