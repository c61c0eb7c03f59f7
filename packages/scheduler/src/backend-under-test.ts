import type { Call, CallResult } from '@faasm/protocol';
import { EMPTY_BYTES, sortableId, systemClock, utf8 } from '@faasm/stdx';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CallQueue, Lease } from './call-queue.ts';
import type { QueueBounds } from './queue-bounds.ts';
import type { ResultStore } from './result-store.ts';

/** What one process sees of a store of calls. */
export interface Backend {
  readonly queue: CallQueue;
  readonly results: ResultStore;
}

/** An empty store of calls that a test has for itself, as its first process sees it. */
export interface BackendUnderTest extends Backend {
  /** What another process sees: another edge, another worker. The same object where there is but one process. */
  join(): Promise<Backend>;
  /** Closes it and all that joined. */
  close(): Promise<void>;
}

/** Makes an empty store. Leases must last far longer than a test, at least 30 s. */
export type MakeBackend = (limits: QueueBounds) => Promise<BackendUnderTest>;

/** One test: it opens the store that it needs, which is closed for it. */
export type BackendCase = (
  open: (limits?: Partial<QueueBounds>) => Promise<BackendUnderTest>,
) => Promise<void>;

const ROOMY: QueueBounds = {
  queuedCallsMax: 100_000,
  queuedBytesMax: 2 ** 30,
  outstandingCallsPerUserMax: 100_000,
  weightOf: () => 1,
};

/** After this a test that waits for what never comes has failed. */
const TEST_TIMEOUT_MS = 120_000;

/** How long a call that a test expects may be in coming before the test fails, in milliseconds. */
const TAKE_GUARD_MS = 20_000;

/** Registers each case as a test of `name`. */
export function registerCases(name: string, make: MakeBackend, cases: Record<string, BackendCase>): void {
  describe(name, () => {
    for (const [title, run] of Object.entries(cases)) {
      it(title, { timeout: TEST_TIMEOUT_MS }, async () => {
        const opened: BackendUnderTest[] = [];
        try {
          await run(async (limits) => {
            const backend = await make({ ...ROOMY, ...limits });
            opened.push(backend);
            return backend;
          });
        } finally {
          for (const backend of opened) await backend.close();
        }
      });
    }
  });
}

/** A call that differs from the others in its id, or in what is given. */
export function sampleCall(given: Partial<Call> = {}): Call {
  const acceptedAt = systemClock.now();
  return {
    id: sortableId(systemClock),
    kind: 'async',
    function: { user: 'demo', name: 'echo' },
    input: utf8('input'),
    acceptedAt,
    deadlineAt: acceptedAt + 60_000,
    ...given,
  };
}

/** A result of the call: success, with the output that is given. */
export function sampleResult(call: Call, output: Uint8Array = EMPTY_BYTES): CallResult {
  return {
    id: call.id,
    outcome: { type: 'success' },
    output,
    stdout: EMPTY_BYTES,
    stderr: utf8('log'),
    timings: { queueMs: 1.5, coldMs: 0, runMs: 2 },
    host: 'host-a',
    version: 'a'.repeat(64),
    finishedAt: systemClock.now(),
  };
}

/** Takes exactly one call; fails when none comes. */
export async function takeOne(queue: CallQueue): Promise<Lease> {
  const [lease] = await queue.take({ max: 1, signal: AbortSignal.timeout(TAKE_GUARD_MS) });
  assert.ok(lease, `No call came within ${TAKE_GUARD_MS} ms`);
  return lease;
}

/** A signal that never aborts. */
export function never(): AbortSignal {
  return new AbortController().signal;
}

/** Every byte value, NUL included, in an order that is not sorted. */
export const ALL_BYTES: Uint8Array = Uint8Array.from({ length: 512 }, (_, index) => (index * 37) % 256);
