import { sortableId, systemClock, utf8 } from '@faasm/stdx';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { decodeCall, decodeCallResult, encodeCall, encodeCallResult } from './call-codec.ts';
import type { CallOutcome, CallResult } from './call-result.ts';
import type { Call } from './call.ts';
import { ERROR_CATALOGUE, type ErrorCode } from './error-catalogue.ts';
import { encodeFrame } from './frame.ts';

const time = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const duration = fc.double({ min: 0, max: 1e9, noNaN: true }).map((value) => value + 0);
const bytes = fc.uint8Array({ maxLength: 300 });
const id = fc.constant(undefined).map(() => sortableId(systemClock));

/** Objects like those of JSON. */
const PLAIN = { noNullPrototype: true } as const;

const call: fc.Arbitrary<Call> = fc.record(
  {
    id,
    kind: fc.constantFrom('sync', 'async'),
    function: fc.record({ user: fc.string(), name: fc.string() }, PLAIN),
    input: bytes,
    arguments: fc.array(fc.string({ unit: 'binary' })),
    acceptedAt: time,
    deadlineAt: time,
    traceparent: fc.string(),
  },
  { ...PLAIN, requiredKeys: ['id', 'kind', 'function', 'input', 'acceptedAt', 'deadlineAt'] },
);

const outcome: fc.Arbitrary<CallOutcome> = fc.oneof(
  fc.constant({ type: 'success' } as const),
  fc.record({ type: fc.constant('exit' as const), exitCode: fc.integer() }, PLAIN),
  fc.record(
    {
      type: fc.constant('error' as const),
      code: fc.constantFrom(...(Object.keys(ERROR_CATALOGUE) as ErrorCode[])),
      message: fc.string({ unit: 'binary' }),
    },
    PLAIN,
  ),
);

const result: fc.Arbitrary<CallResult> = fc.record({
  id,
  outcome,
  output: bytes,
  stdout: bytes,
  stderr: bytes,
  timings: fc.record({ queueMs: duration, coldMs: duration, runMs: duration }, PLAIN),
  host: fc.string(),
  version: fc.string(),
  finishedAt: time,
});

test('decodeCall gives back what encodeCall wrote', () => {
  fc.assert(
    fc.property(call, (written) => {
      assertSame(decodeCall(encodeCall(written)), written);
    }),
  );
});

test('decodeCallResult gives back what encodeCallResult wrote', () => {
  fc.assert(
    fc.property(result, (written) => {
      assertSame(decodeCallResult(encodeCallResult(written)), written);
    }),
  );
});

test('decodeCall and decodeCallResult throw nothing but RangeError and SyntaxError for damaged bytes (I13)', () => {
  const damage = fc.record({ at: fc.nat(), value: fc.nat(255), keep: fc.nat() });
  fc.assert(
    fc.property(call, result, damage, (written, ended, { at, value, keep }) => {
      for (const whole of [encodeCall(written), encodeCallResult(ended)]) {
        whole[at % whole.length] = value;
        for (const piece of [whole, whole.subarray(0, keep % whole.length)]) {
          expectOnlyRefusals(() => decodeCall(piece));
          expectOnlyRefusals(() => decodeCallResult(piece));
        }
      }
    }),
  );
});

test('decodeCall and decodeCallResult name the fields that a header lacks', () => {
  const lacking = encodeFrame({ header: { id: 'x', kind: 'sync', acceptedAt: 1 }, segments: [] });
  assert.throws(() => decodeCall(lacking), { message: 'Call lacks function, deadlineAt' });
  assert.throws(() => decodeCallResult(lacking), {
    message: 'Call result lacks outcome, timings, host, version, finishedAt',
  });
  for (const header of [null, 7, 'text', []]) {
    assert.throws(() => decodeCall(encodeFrame({ header, segments: [utf8('input')] })), RangeError);
  }
});

/** Byte arrays are compared by their bytes: what is read are views of one buffer. */
function assertSame(read: object, written: object): void {
  assert.deepEqual(comparable(read), comparable(written));
}

function comparable(value: object): object {
  const entries = Object.entries(value).map(([key, field]: [string, unknown]) => {
    return [key, field instanceof Uint8Array ? Buffer.from(field).toString('hex') : field];
  });
  return Object.fromEntries(entries) as object;
}

function expectOnlyRefusals(decode: () => unknown): void {
  try {
    decode();
  } catch (error) {
    assert.ok(error instanceof RangeError || error instanceof SyntaxError, String(error));
  }
}
