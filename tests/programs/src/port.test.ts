import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { compileProgram } from './compile-program.ts';
import { FunctionServer } from './function-server.ts';

const FOLDER = dirname(fileURLToPath(import.meta.url));

test('libfaasm/port has setjmp, temporary files and what else programs for Unix name', async () => {
  const wasm = await compileProgram({ folder: FOLDER, sources: ['port.c'] });
  const server = await FunctionServer.start();
  try {
    await server.deploy({ name: 'me/port', wasm });
    for (const _ of ['cold', 'warm']) assert.equal(await server.print('me/port'), 'held\n');
  } finally {
    await server.stop();
  }
});
