import { callsModule } from '@faasm/guests';
import { stateKey } from '@faasm/state';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runState, stateExecutor } from './state-executor.ts';

/** What `/large` has. */
const LARGE_BYTES = 3 * 65_536 + 10;

test('__faasm_write_state_from_file makes a value of a file, whichever way its path is written', async (t) => {
  const world = stateExecutor(t, { modules: { file: await callsModule('state-file') } });
  for (const [index, path] of ['/large', 'large', '/./link', '//large'].entries()) {
    const user = `user-${index}`;
    const { outcome, output } = await runState(world, 'file', { user, input: path });
    assert.deepEqual(outcome, { type: 'success' }, path);
    assert.equal(Buffer.from(output).toString(), String(LARGE_BYTES));
    const whole = { ranges: [{ start: 0, end: LARGE_BYTES }], sameVersion: false };
    const reading = await world.global.read(stateKey(user, 'value'), whole);
    const bytes = Buffer.concat(await Array.fromAsync(reading?.pieces ?? [], (piece) => piece.bytes));
    assert.ok(bytes.equals(Buffer.alloc(LARGE_BYTES, 'x')), path);
  }
});

test('__faasm_write_state_from_file ends a call whose path leads to no file, and says which (I13)', async (t) => {
  const world = stateExecutor(t, { modules: { file: await callsModule('state-file') } });
  const ways: readonly [string, RegExp][] = [
    ['/missing', /made of file "\/missing": noent$/],
    ['/none/large', /"\/none\/large": noent$/],
    ['/tmp', /"\/tmp": isdir$/],
    ['/', /"\/": notcapable$/],
    ['../large', /"\.\.\/large": notcapable$/],
    ['/dev/null', /"\/dev\/null": inval$/],
    ['x'.repeat(300), /"x{140}…": nametoolong$/],
    ['x'.repeat(5_000), /A path is longer than 4096 bytes/],
  ];
  for (const [input, message] of ways) {
    const { outcome } = await runState(world, 'file', { input });
    assert.equal(outcome.type === 'error' && outcome.code, 'guest.trap', input);
    assert.match(outcome.type === 'error' ? outcome.message : '', message);
  }
});

test('__faasm_write_state_from_file ends a call when the value has another size than the file', async (t) => {
  const world = stateExecutor(t, { modules: { file: await callsModule('state-file') } });
  const key = stateKey('demo', 'value');
  await world.global.push(key, { sizeBytes: 3, pieces: [{ offset: 0, bytes: new Uint8Array(3) }] });
  const { outcome } = await runState(world, 'file', { input: '/large' });
  assert.match(outcome.type === 'error' ? outcome.message : '', /demo\/value has 3 bytes, not 196618/);
});
