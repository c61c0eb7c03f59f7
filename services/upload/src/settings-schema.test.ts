import type { FunctionLimits } from '@faasm/functions';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsProblem, settingsSchema } from './settings-schema.ts';

const OPERATORS: FunctionLimits = {
  memoryBytes: 1_000_000,
  inputBytes: 1_000,
  outputBytes: 1_000,
  logBytes: 100,
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
  assert.match(problemOf({ limit: {} }) ?? '', /^Setting "limit" is unknown; there is limits$/);
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
