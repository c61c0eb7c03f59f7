import { ERROR_CATALOGUE, type CallOutcome, type ErrorCode } from '@faasm/protocol';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DoneMessage } from '../thread/messages.ts';
import type { RecordPlace } from './byte-ring.ts';
import {
  doneRecordBytes,
  readDone,
  readRun,
  runRecordBytes,
  writeDone,
  writeRun,
  type RunRecord,
} from './run-records.ts';

const id = fc.nat(0xffff_ffff);
const bytes = fc.uint8Array({ maxLength: 200 });

/** A record of `length` bytes, with bytes around it that are not its own. */
function place(length: number): RecordPlace {
  const shared = new SharedArrayBuffer(length + 64);
  const record = { bytes: new Uint8Array(shared), view: new DataView(shared), start: 24, length };
  record.bytes.fill(0xaa);
  return record;
}

test('A request comes out of its record as it went in', () => {
  const runs: fc.Arbitrary<RunRecord> = fc.record({
    type: fc.constant('run' as const),
    sequence: id,
    requestId: id,
    protoId: id,
    acceptedAt: fc.double({ noNaN: true }),
    deadlineAt: fc.double({ noNaN: true }),
    weight: fc.float({ noNaN: true }),
    input: bytes,
    args: fc.constant(undefined),
    brought: fc.constant(undefined),
  });
  const property = fc.property(runs, (run) => {
    const record = place(runRecordBytes(run));
    writeRun(record, { run, sequence: run.sequence });
    assert.deepEqual(readRun(record), { ...run });
  });
  fc.assert(property);
});

test('An answer comes out of its record as it went in, whatever the outcome', () => {
  const codes = Object.keys(ERROR_CATALOGUE) as ErrorCode[];
  const outcomes: fc.Arbitrary<CallOutcome> = fc.oneof(
    fc.constant({ type: 'success' } as const),
    fc.record({ type: fc.constant('exit' as const), exitCode: fc.integer() }),
    fc.record({ type: fc.constant('error' as const), code: fc.constantFrom(...codes), message: fc.string() }),
  );
  const part = bytes.map((given) => new Uint8Array(given));
  const answers: fc.Arbitrary<DoneMessage> = fc.record({
    type: fc.constant('done' as const),
    requestId: id,
    left: fc.record({ outcome: outcomes, output: part, stdout: part, stderr: part }),
    warm: fc.boolean(),
    coldMs: fc.double({ noNaN: true }),
    runMs: fc.double({ noNaN: true }),
  });
  const property = fc.property(answers, (done) => {
    const record = place(doneRecordBytes(done));
    writeDone(record, done);
    assert.deepEqual(readDone(record), {
      ...done,
      left: { ...done.left, outcome: { ...done.left.outcome } },
    });
  });
  fc.assert(property);
});
