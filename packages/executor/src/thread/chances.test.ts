import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isHopeless, isUrgent, type JobProgress } from './chances.ts';
import { RunTime } from './run-time.ts';

const runTime = new RunTime();
runTime.note(100, false);

/** It needs 130 ms: 110 and 20. */
const JOB: JobProgress = { acceptedAt: 0, deadlineAt: 1_000, ranMs: 0, runTime };

describe('isHopeless', () => {
  it('is true from when too little time is left', () => {
    assert.deepEqual([isHopeless(JOB, 870), isHopeless(JOB, 871)], [false, true]);
    const half = { ...JOB, ranMs: 50 };
    assert.deepEqual([isHopeless(half, 925), isHopeless(half, 926)], [false, true]);
  });

  it('is false for a job that has most of its time before it, whatever is known of its function', () => {
    const short = { ...JOB, deadlineAt: 60 };
    assert.deepEqual([isHopeless(short, 30), isHopeless(short, 31)], [false, true]);
  });

  it('is false where nothing is known of what is left', () => {
    assert.equal(isHopeless({ ...JOB, runTime: undefined }, 999), false);
    assert.equal(isHopeless({ ...JOB, ranMs: 101 }, 999), false);
  });
});

describe('isUrgent', () => {
  it('is true from when no time is left to make room for others, until it is too late', () => {
    const urgentAt = (now: number): boolean => isUrgent(JOB, { now, ms: 200 });
    assert.deepEqual([670, 671, 870, 871].map(urgentAt), [false, true, true, false]);
  });

  it('is false where nothing is known of what is left', () => {
    assert.equal(isUrgent({ ...JOB, runTime: undefined }, { now: 999, ms: 200 }), false);
    assert.equal(isUrgent({ ...JOB, ranMs: 101 }, { now: 999, ms: 200 }), false);
  });
});
