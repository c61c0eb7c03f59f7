import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { SETTINGS } from './catalogue.ts';
import type { Setting } from './setting.ts';
import { parseSetting, TEXT_CHARS_MAX } from './parse-setting.ts';

const ALL = Object.entries<Setting>(SETTINGS);

function problemOf(setting: Setting, received: string): string {
  const parsed = parseSetting(setting, received);
  assert.ok('problem' in parsed, `${JSON.stringify(received)} is taken`);
  return parsed.problem;
}

test('parseSetting takes each default', () => {
  for (const [name, setting] of ALL) {
    assert.deepEqual(parseSetting(setting, String(setting.default)), { value: setting.default }, name);
  }
});

test('parseSetting takes integers from min to max and no others', () => {
  for (const [name, setting] of ALL) {
    if (setting.kind !== 'integer') continue;
    const { min, max } = setting;
    assert.deepEqual(parseSetting(setting, String(min)), { value: min }, name);
    assert.deepEqual(parseSetting(setting, String(max)), { value: max }, name);
    assert.match(problemOf(setting, String(max + 1)), new RegExp(`"${max + 1}".* ${min} to ${max} `), name);
    assert.match(problemOf(setting, String(min - 1)), new RegExp(`"${min - 1}".* ${min} to ${max} `), name);
  }
});

test('parseSetting refuses every integer that is not plain decimal digits', () => {
  const odd = [
    '',
    ' ',
    '1 ',
    ' 1',
    '+1',
    '-0',
    '01',
    '1.0',
    '1e3',
    '0x10',
    '1_000',
    '5s',
    '٣',
    'Infinity',
    'NaN',
  ];
  for (const received of odd) problemOf(SETTINGS.THREADS_PER_WORKER, received);
});

test('parseSetting takes an integer only when its text is the number again', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.double().map(String), fc.integer().map(String)), (received) => {
      const parsed = parseSetting(SETTINGS.EDGE_PORT, received);
      if ('value' in parsed) assert.equal(String(parsed.value), received);
    }),
  );
});

test('parseSetting takes exactly the choices', () => {
  assert.deepEqual(parseSetting(SETTINGS.CAPTURE_STDOUT, 'off'), { value: 'off' });
  for (const received of ['OFF', 'true', '', ' on']) {
    assert.match(problemOf(SETTINGS.CAPTURE_STDOUT, received), /is not one of on, off$/);
  }
});

test('parseSetting takes a line of text within its bound', () => {
  const longest = 'x'.repeat(TEXT_CHARS_MAX);
  assert.deepEqual(parseSetting(SETTINGS.FUNC_ROOT, '/var/lib/faasm data'), { value: '/var/lib/faasm data' });
  assert.deepEqual(parseSetting(SETTINGS.FUNC_ROOT, longest), { value: longest });
  for (const received of ['', '  ', 'a\nb', 'a\u0000b', 'a\u0085b', `${longest}x`]) {
    const problem = problemOf(SETTINGS.FUNC_ROOT, received);
    assert.match(problem, /1 to 4096 characters/);
    assert.ok(problem.length < 200, 'a long value is cut');
  }
});

test('parseSetting says where a Kubernetes link comes from', () => {
  assert.match(problemOf(SETTINGS.EDGE_PORT, 'tcp://10.0.0.1:8080'), /enableServiceLinks: false/);
});
