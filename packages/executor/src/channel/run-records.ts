import type { CallOutcome } from '@faasm/protocol';
import { pooledCopy, text, utf8 } from '@faasm/stdx';
import type { DoneMessage, Numbered, RunMessage } from '../thread/messages.ts';
import type { RecordPlace } from './byte-ring.ts';

/** A request to run a function whose Proto-Faaslet the thread has already, without arguments of the call. */
export type RunRecord = Numbered<RunMessage & { readonly brought: undefined; readonly args: undefined }>;

const RUN_HEADER_BYTES = 32;
const DONE_HEADER_BYTES = 48;

/** Outcomes by their number in a record. */
const OUTCOME = { success: 0, exit: 1, error: 2 } as const;
const WARM = 4;

/** How long the record of a request is, in bytes. */
export function runRecordBytes({ input }: RunMessage): number {
  return RUN_HEADER_BYTES + input.byteLength;
}

/** Writes a request, with its place in the order, into a record of {@link runRecordBytes}. */
export function writeRun(
  { bytes, view, start }: RecordPlace,
  { run, sequence }: { run: RunMessage; sequence: number },
): void {
  view.setUint32(start, run.requestId, true);
  view.setUint32(start + 4, run.protoId, true);
  view.setFloat64(start + 8, run.deadlineAt, true);
  view.setFloat32(start + 16, run.weight, true);
  view.setUint32(start + 20, sequence, true);
  view.setFloat64(start + 24, run.acceptedAt, true);
  bytes.set(run.input, start + RUN_HEADER_BYTES);
}

/** Reads what {@link writeRun} wrote; the input is a copy. */
export function readRun({ bytes, view, start, length }: RecordPlace): RunRecord {
  return {
    type: 'run',
    requestId: view.getUint32(start, true),
    protoId: view.getUint32(start + 4, true),
    deadlineAt: view.getFloat64(start + 8, true),
    weight: view.getFloat32(start + 16, true),
    sequence: view.getUint32(start + 20, true),
    acceptedAt: view.getFloat64(start + 24, true),
    input: pooledCopy(bytes, start + RUN_HEADER_BYTES, start + length),
    args: undefined,
    brought: undefined,
  };
}

/** How long the record of an answer is, in bytes. */
export function doneRecordBytes({ left }: DoneMessage): number {
  const { outcome, output, stdout, stderr } = left;
  const errorBytes = outcome.type === 'error' ? errorOf(outcome).byteLength : 0;
  return DONE_HEADER_BYTES + output.byteLength + stdout.byteLength + stderr.byteLength + errorBytes;
}

/** Writes an answer into a record of {@link doneRecordBytes}. */
export function writeDone({ bytes, view, start }: RecordPlace, done: DoneMessage): void {
  const { outcome, output, stdout, stderr } = done.left;
  view.setUint32(start, done.requestId, true);
  view.setUint32(start + 4, OUTCOME[outcome.type] | (done.warm ? WARM : 0), true);
  view.setInt32(start + 8, outcome.type === 'exit' ? outcome.exitCode : 0, true);
  view.setUint32(start + 12, output.byteLength, true);
  view.setUint32(start + 16, stdout.byteLength, true);
  view.setUint32(start + 20, stderr.byteLength, true);
  view.setFloat64(start + 32, done.coldMs, true);
  view.setFloat64(start + 40, done.runMs, true);
  const stdoutAt = start + DONE_HEADER_BYTES + output.byteLength;
  const stderrAt = stdoutAt + stdout.byteLength;
  bytes.set(output, start + DONE_HEADER_BYTES);
  if (stdout.byteLength > 0) bytes.set(stdout, stdoutAt);
  if (stderr.byteLength > 0) bytes.set(stderr, stderrAt);
  if (outcome.type === 'error') bytes.set(errorOf(outcome), stderrAt + stderr.byteLength);
}

/** Reads what {@link writeDone} wrote; all of it is copied. */
export function readDone(record: RecordPlace): DoneMessage {
  const { bytes, view, start, length } = record;
  const outputAt = start + DONE_HEADER_BYTES;
  const stdoutAt = outputAt + view.getUint32(start + 12, true);
  const stderrAt = stdoutAt + view.getUint32(start + 16, true);
  const errorAt = stderrAt + view.getUint32(start + 20, true);
  return {
    type: 'done',
    requestId: view.getUint32(start, true),
    left: {
      outcome: readOutcome(record, pooledCopy(bytes, errorAt, start + length)),
      output: pooledCopy(bytes, outputAt, stdoutAt),
      stdout: pooledCopy(bytes, stdoutAt, stderrAt),
      stderr: pooledCopy(bytes, stderrAt, errorAt),
    },
    warm: (view.getUint32(start + 4, true) & WARM) !== 0,
    coldMs: view.getFloat64(start + 32, true),
    runMs: view.getFloat64(start + 40, true),
  };
}

function readOutcome({ view, start }: RecordPlace, error: Uint8Array): CallOutcome {
  const type = view.getUint32(start + 4, true) & 3;
  if (type === OUTCOME.success) return { type: 'success' };
  if (type === OUTCOME.exit) return { type: 'exit', exitCode: view.getInt32(start + 8, true) };
  return JSON.parse(text(error)) as CallOutcome;
}

function errorOf(outcome: CallOutcome): Uint8Array {
  return utf8(JSON.stringify(outcome));
}
