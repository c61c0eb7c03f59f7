import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SETTINGS, type SettingName } from './catalogue.ts';
import { ConfigError } from './config-error.ts';
import { readSettings, settingSource } from './read-settings.ts';

const ALL = Object.keys(SETTINGS) as SettingName[];

function problemsOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    for (const problem of error.problems) assert.ok(error.message.includes(problem));
    return error.problems;
  }
  return assert.fail('the configuration is taken');
}

test('readSettings answers with the defaults, frozen, and with the named settings only', () => {
  const settings = readSettings(['EDGE_PORT', 'LOG_LEVEL'], { env: { UPLOAD_PORT: 'not read here' } });
  assert.deepEqual(settings, { EDGE_PORT: 8080, LOG_LEVEL: 'info' });
  assert.ok(Object.isFrozen(settings));
});

test('readSettings types each value by its row', () => {
  const settings = readSettings(ALL, { env: {} });
  const port: number = settings.EDGE_PORT;
  const capture: 'on' | 'off' = settings.CAPTURE_STDOUT;
  const root: string = settings.FUNC_ROOT;
  assert.deepEqual([port, capture, root], [8080, 'on', 'data']);
});

test('readSettings puts flags before the environment, and that before the defaults', () => {
  const inputs = { env: { EDGE_PORT: '1', UPLOAD_PORT: '2' }, overrides: { EDGE_PORT: '3' } };
  const settings = readSettings(['EDGE_PORT', 'UPLOAD_PORT', 'WORKER_PORT'], inputs);
  assert.deepEqual(settings, { EDGE_PORT: 3, UPLOAD_PORT: 2, WORKER_PORT: 8081 });
  assert.equal(settingSource('EDGE_PORT', inputs), 'flag');
  assert.equal(settingSource('UPLOAD_PORT', inputs), 'environment');
  assert.equal(settingSource('WORKER_PORT', inputs), 'default');
});

test('readSettings tells everything that is wrong at once, with name, value and bound', () => {
  const env = { EDGE_PORT: '70000', CAPTURE_STDOUT: 'yes', FAASM_X: '1', REDIS_PROT: '1', UPLOAD_PORT: '1' };
  const problems = problemsOf(() => readSettings(ALL, { env, overrides: { UPLOAD_PORT: '-1' } }));
  assert.equal(problems.length, 5);
  for (const expected of [
    /^FAASM_X is not a setting/,
    /^REDIS_PROT is not a setting; the nearest is REDIS_PORT$/,
    /^EDGE_PORT: "70000" is not a whole number from 0 to 65535/,
    /^CAPTURE_STDOUT: "yes" is not one of on, off$/,
    /^UPLOAD_PORT \(flag\): "-1" is not a whole number/,
  ]) {
    assert.ok(
      problems.some((problem) => expected.test(problem)),
      `${String(expected)} in ${problems.join('\n')}`,
    );
  }
});

test('readSettings takes an empty variable for a mistake, not for an unset one', () => {
  assert.equal(problemsOf(() => readSettings(['FUNC_ROOT'], { env: { FUNC_ROOT: '' } })).length, 1);
});

test('readSettings refuses inputs that would never fit the queue', () => {
  const names = ['INPUT_LIMIT_BYTES', 'QUEUE_LIMIT_BYTES'] as const;
  const [problem = ''] = problemsOf(() => readSettings(names, { env: { QUEUE_LIMIT_BYTES: '6291455' } }));
  assert.match(problem, /INPUT_LIMIT_BYTES: 6291456 \(bytes\) .* QUEUE_LIMIT_BYTES.* 6291455/);
});

test('readSettings refuses a usual deadline above the longest', () => {
  const names = ['GLOBAL_MESSAGE_TIMEOUT', 'CALL_TIMEOUT_MAX'] as const;
  const env = { CALL_TIMEOUT_MAX: '59999' };
  const [problem = ''] = problemsOf(() => readSettings(names, { env }));
  assert.match(problem, /GLOBAL_MESSAGE_TIMEOUT: 60000 .* CALL_TIMEOUT_MAX.* 59999/);
  assert.equal(readSettings(names, { env: { CALL_TIMEOUT_MAX: '60000' } }).CALL_TIMEOUT_MAX, 60_000);
});
