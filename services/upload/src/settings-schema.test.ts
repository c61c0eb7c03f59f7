import type { FunctionLimits } from '@faasm/functions';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsProblem, settingsSchema } from './settings-schema.ts';

const OPERATORS: FunctionLimits = {
  memoryBytes: 1_000_000,
  inputBytes: 1_000,
  outputBytes: 1_000,
  logBytes: 100,
  writtenBytes: 1_000,
  writtenEntries: 100,
  descriptors: 64,
  timeoutMs: 60_000,
};

function problemOf(value: unknown): string | undefined {
  return settingsProblem(value, { schema: settingsSchema(OPERATORS), operators: OPERATORS })?.message;
}

test('settingsProblem finds none in settings up to the bounds', () => {
  const least = { memoryBytes: 65_536, inputBytes: 1, outputBytes: 1, logBytes: 1, timeoutMs: 1 };
  for (const settings of [
    {},
    { limits: {} },
    { limits: { logBytes: 7 } },
    { limits: least },
    { limits: OPERATORS },
    { environment: { A: '', _b1: 'x'.repeat(4_096) }, arguments: ['', '--verbose', 'a b'] },
  ])
    assert.equal(problemOf(settings), undefined, JSON.stringify(settings));
});

test('settingsProblem names a limit that is out of its bounds, what was received, and the bounds', () => {
  for (const [name, value] of [
    ['memoryBytes', 65_535],
    ['memoryBytes', 1_000_001],
    ['inputBytes', 0],
    ['outputBytes', -1],
    ['logBytes', 1.5],
    ['logBytes', '50'],
    ['logBytes', null],
    ['timeoutMs', 60_001],
    ['timeoutMs', true],
  ] as const) {
    const min = name === 'memoryBytes' ? 65_536 : 1;
    const unit = name === 'timeoutMs' ? 'ms' : 'bytes';
    assert.equal(
      problemOf({ limits: { [name]: value } }),
      `Setting limits.${name} is ${JSON.stringify(value)}, not a whole number from ${min} to ${OPERATORS[name]} (${unit})`,
    );
  }
});

test('settingsProblem names what is unknown, however it is called', () => {
  assert.match(
    problemOf({ limits: { memory: 1 } }) ?? '',
    /^Setting limits\."memory" is unknown; there are memoryBytes, /,
  );
  assert.match(
    problemOf({ limit: {} }) ?? '',
    /^Setting "limit" is unknown; there are limits, environment, arguments$/,
  );
  const hostile: unknown = JSON.parse('{"limits":{"__proto__":{"timeoutMs":1}}}');
  assert.match(problemOf(hostile) ?? '', /^Setting limits\."__proto__" is unknown/);
  assert.match(problemOf({ limits: { constructor: 1 } }) ?? '', /^Setting limits\."constructor" is unknown/);
  assert.ok((problemOf({ ['x'.repeat(4_000)]: 1 }) ?? '').length < 200);
});

test('settingsProblem refuses what is no object', () => {
  for (const value of [undefined, null, [], 'text', 5])
    assert.match(problemOf(value) ?? '', /^Settings are .*, not an object such as /);
  for (const limits of [null, [], 5])
    assert.match(problemOf({ limits }) ?? '', /^Setting limits is .*, not an object such as /);
});

test('settingsProblem names a variable or an argument that is out of its bounds, and does not repeat its value', () => {
  for (const [settings, problem] of [
    [{ environment: [] }, 'Setting environment is [], not an object of text such as {"GREETING":"hello"}'],
    [{ environment: { A: 5 } }, 'Setting environment."A" is 5, not text'],
    [{ arguments: {} }, 'Setting arguments is {}, not a list of text such as ["--verbose"]'],
    [{ arguments: ['a', null] }, 'Setting arguments.1 is null, not text'],
    [
      { environment: { 'A=B': '' } },
      'Setting environment has the name "A=B", not 1 to 128 letters, digits and _ that begin with no digit',
    ],
    [
      { environment: { A: 'x'.repeat(4_097) } },
      'Setting environment.A has 4097 bytes, over the limit of 4096',
    ],
    [{ arguments: ['a', 'b\0c'] }, 'Setting arguments.1 holds a NUL, where a C string would end'],
    [{ arguments: ['\ud800'] }, 'Setting arguments.0 holds half of a surrogate pair, which has no UTF-8'],
    [
      { arguments: Array.from({ length: 65 }, () => '') },
      'Setting arguments has 65 entries, over the limit of 64',
    ],
    [
      { environment: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`A${i}`, ''])) },
      'Setting environment has 65 variables, over the limit of 64',
    ],
    [
      {
        environment: { A: 'x'.repeat(4_096) },
        arguments: Array.from({ length: 3 }, () => 'x'.repeat(4_096)),
      },
      'Settings environment and arguments have 16385 bytes, over the limit of 16384',
    ],
  ] as const)
    assert.equal(problemOf(settings), problem);
});
