import type { CallOutcome } from '@faasm/protocol';
import type { DoneMessage, Numbered, RunMessage } from '../thread/messages.ts';

/** A request to run a function whose Proto-Faaslet the thread has already. */
export type RunRecord = Numbered<Omit<RunMessage, 'brought'>>;

const RUN_HEADER_BYTES = 32;
const DONE_HEADER_BYTES = 48;

/** Outcomes by their number in a record. */
const OUTCOME = { success: 0, exit: 1, error: 2 } as const;
const WARM = 4;

/** How long the record of a request is, in bytes. */
export function runRecordBytes({ input }: RunRecord): number {
  return RUN_HEADER_BYTES + input.byteLength;
}

/** Writes a request into a record of {@link runRecordBytes}. */
export function writeRun(record: Uint8Array, run: RunRecord): void {
  const view = viewOf(record);
  view.setUint32(0, run.requestId, true);
  view.setUint32(4, run.protoId, true);
  view.setFloat64(8, run.deadlineAt, true);
  view.setFloat32(16, run.weight, true);
  view.setUint32(20, run.sequence, true);
  view.setFloat64(24, run.acceptedAt, true);
  record.set(run.input, RUN_HEADER_BYTES);
}

/** Reads what {@link writeRun} wrote; the input is a copy. */
export function readRun(record: Uint8Array): RunRecord {
  const view = viewOf(record);
  return {
    type: 'run',
    requestId: view.getUint32(0, true),
    protoId: view.getUint32(4, true),
    deadlineAt: view.getFloat64(8, true),
    weight: view.getFloat32(16, true),
    sequence: view.getUint32(20, true),
    acceptedAt: view.getFloat64(24, true),
    input: record.slice(RUN_HEADER_BYTES),
  };
}

/** The parts of an answer's record. */
interface DoneParts {
  readonly bytes: number;
  readonly write: (record: Uint8Array) => void;
}

/** An answer as a record. */
export function doneRecord({ requestId, left, warm, coldMs, runMs }: DoneMessage): DoneParts {
  const { outcome, output, stdout, stderr } = left;
  const error = outcome.type === 'error' ? Buffer.from(JSON.stringify(outcome)) : Buffer.alloc(0);
  const segments = [output, stdout, stderr, error];
  return {
    bytes: segments.reduce((sum, { byteLength }) => sum + byteLength, DONE_HEADER_BYTES),
    write: (record) => {
      const view = viewOf(record);
      view.setUint32(0, requestId, true);
      view.setUint32(4, OUTCOME[outcome.type] | (warm ? WARM : 0), true);
      view.setInt32(8, outcome.type === 'exit' ? outcome.exitCode : 0, true);
      view.setFloat64(32, coldMs, true);
      view.setFloat64(40, runMs, true);
      let at = DONE_HEADER_BYTES;
      for (const [i, segment] of segments.entries()) {
        view.setUint32(12 + 4 * i, segment.byteLength, true);
        record.set(segment, at);
        at += segment.byteLength;
      }
    },
  };
}

/** Reads what {@link doneRecord} wrote; all of it is copied. */
export function readDone(record: Uint8Array): DoneMessage {
  const view = viewOf(record);
  let at = DONE_HEADER_BYTES;
  const segment = (i: number): Uint8Array<ArrayBuffer> => {
    const start = at;
    at += view.getUint32(12 + 4 * i, true);
    return record.slice(start, at);
  };
  const [output, stdout, stderr, error] = [segment(0), segment(1), segment(2), segment(3)];
  const flags = view.getUint32(4, true);
  const outcome = readOutcome(flags & 3, { exitCode: view.getInt32(8, true), error });
  return {
    type: 'done',
    requestId: view.getUint32(0, true),
    left: { outcome, output, stdout, stderr },
    warm: (flags & WARM) !== 0,
    coldMs: view.getFloat64(32, true),
    runMs: view.getFloat64(40, true),
  };
}

function readOutcome(
  type: number,
  { exitCode, error }: { exitCode: number; error: Uint8Array },
): CallOutcome {
  if (type === OUTCOME.success) return { type: 'success' };
  if (type === OUTCOME.exit) return { type: 'exit', exitCode };
  return JSON.parse(Buffer.from(error).toString()) as CallOutcome;
}

function viewOf(record: Uint8Array): DataView {
  return new DataView(record.buffer, record.byteOffset, record.byteLength);
}
