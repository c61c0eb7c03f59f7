import type { Guest, GuestScheduler } from '@faasm/faaslet';
import type { CallOutcome } from '@faasm/protocol';
import { OUTSTANDING_MAX } from '../channel/request-table.ts';
import type { Signals } from '../channel/signals.ts';
import { isHopeless, isUrgent, type JobProgress } from './chances.ts';
import { RunQueue, type Runnable } from './run-queue.ts';
import { WaitQueue } from './wait-queue.ts';

/** A guest that is to run, or runs, for a request. */
export interface Job extends Runnable, JobProgress {
  readonly requestId: number;
  readonly guest: Guest;
  started: boolean;
  fresh: boolean;
  ranMs: number;
  /** Runs the guest to its end and answers the request. Rejects only when this thread is broken. */
  readonly run: () => Promise<void>;
  /** Lets the suspended guest go on. */
  resume: (() => void) | undefined;
}

/** What a loop works with. */
export interface GuestLoopOptions {
  readonly signals: Signals;
  /** How long a guest runs while others wait, in milliseconds. */
  readonly sliceMs: number;
  /** Looks what was sent to this thread: it adds and ends jobs. */
  readonly poll: () => void;
  /** Makes sure that guests are asked to pause from now on. */
  readonly wakeTicker: () => void;
  /** Done while nothing runs, from time to time. */
  readonly tidy: () => void;
}

/** How often the thread tidies up, and lets the engine's own tasks run, in milliseconds. */
const TIDY_MS = 500;

/**
 * Slices that a job has before it makes room for others of its user: of jobs that take turns all end late, and when there
 * are too many, none in time. A short call of the same user waits for no longer behind one of them.
 */
const FIRST_SLICES = 25;

/** Runs guests in turns. Only one of them runs at a time; a thread with nothing to do sleeps. */
export class GuestLoop implements GuestScheduler {
  readonly #options: GuestLoopOptions;
  readonly #queue = new RunQueue<Job>();
  /** Jobs whose guests wait for a moment. */
  readonly #waiting = new WaitQueue<Job>();
  /** By place of their request; ids at the same time have different places. */
  readonly #jobs: (Job | undefined)[] = Array.from({ length: OUTSTANDING_MAX }, () => undefined);
  /** Jobs whose guests were ended: they run first, as it takes them microseconds. */
  readonly #ended: Job[] = [];
  #running: Job | undefined;
  #sliceStart = 0;
  /** When it was looked last, by the monotone clock, in milliseconds. */
  #now = performance.now();
  #tidiedAt = this.#now;
  #tidying = false;
  readonly #broken = Promise.withResolvers<never>();

  constructor(options: GuestLoopOptions) {
    this.#options = options;
  }

  add(job: Job): void {
    this.#jobs[job.requestId % OUTSTANDING_MAX] = job;
    this.#queue.add(job);
  }

  /** Ends a guest, wherever it is, unless it has ended. */
  end(requestId: number, outcome: CallOutcome): void {
    const job = this.#jobs[requestId % OUTSTANDING_MAX];
    if (job?.requestId !== requestId) return;
    job.guest.endAtNextCheck(outcome);
    if (this.#queue.remove(job) || this.#stopWaiting(job)) this.#ended.push(job);
  }

  /** The request of the guest that runs now. */
  get runningRequest(): number {
    if (this.#running === undefined) throw new TypeError('No guest has a turn');
    return this.#running.requestId;
  }

  /** Lets a guest go on that waits, as if its moment had come. */
  wake(requestId: number): void {
    const job = this.#jobs[requestId % OUTSTANDING_MAX];
    if (job?.requestId !== requestId || !this.#stopWaiting(job)) return;
    this.#options.wakeTicker();
    job.fresh = true;
    this.#queue.add(job);
  }

  /** Gives up jobs that were not started, at most `max`; returns their requests. */
  giveBack(max: number): number[] {
    const removed = this.#queue.removeUnstarted(max);
    for (const { requestId } of removed) this.#forget(requestId);
    return removed.map(({ requestId }) => requestId);
  }

  /** Runs for ever. Rejects when a job does. */
  run(): Promise<never> {
    this.#takeTurns();
    return this.#broken.promise;
  }

  /** Gives turns until a guest has one that does not end at once: when it ends, the next are given. */
  #takeTurns(): void {
    try {
      while (this.#running === undefined && !this.#tidying) {
        if (this.#now - this.#tidiedAt >= TIDY_MS) this.#tidy();
        else this.#takeTurn();
      }
    } catch (error) {
      this.#broken.reject(error);
    }
  }

  /** Gives one turn; with nothing to do the thread sleeps. */
  #takeTurn(): void {
    const { signals, poll } = this.#options;
    const seen = signals.requests;
    poll();
    this.#wakeDue();
    const job = this.#ended.shift() ?? this.#queue.take();
    if (job !== undefined) {
      this.#runSlice(job);
      return;
    }
    signals.sleep(seen, Math.min(TIDY_MS, this.#waiting.nextMoment - performance.now()));
    this.#now = performance.now();
  }

  shouldPause(): boolean {
    const job = this.#running;
    if (job === undefined) throw new TypeError('A guest runs that has no turn');
    this.#options.poll();
    this.#wakeDue();
    if (Date.now() >= job.deadlineAt) job.guest.endAtNextCheck(PAST_DEADLINE);
    if (job.guest.ended !== undefined) return false;
    if (this.#ended.length > 0) return true;
    const ranMs = performance.now() - this.#sliceStart;
    const ofOthers = this.#keepsTurn({ ...job, ranMs: job.ranMs + ranMs });
    const preferred = this.#queue.preferredTo(job, { ms: ranMs, ofOthers });
    return preferred !== undefined && (preferred.fresh || ranMs >= this.#options.sliceMs);
  }

  paused(_: Guest, resume: () => void): void {
    const job = this.#suspended(resume);
    if (this.#keepsTurn(job)) this.#queue.addFirst(job);
    else this.#queue.add(job);
    void this.#sliceInterrupted();
  }

  waits(_: Guest, { until, resume }: { until: number; resume: () => void }): void {
    const job = this.#suspended(resume);
    if (until > performance.now()) {
      this.#waiting.add(job, until);
      this.#options.signals.setWaiting(job.requestId, true);
      this.#options.signals.waitingGuests = this.#waiting.length;
    } else this.#queue.add(job);
    void this.#sliceInterrupted();
  }

  #stopWaiting(job: Job): boolean {
    const waited = this.#waiting.remove(job);
    if (waited) this.#stoppedWaiting(job);
    return waited;
  }

  #stoppedWaiting({ requestId }: Job): void {
    this.#options.signals.setWaiting(requestId, false);
    this.#options.signals.waitingGuests = this.#waiting.length;
  }

  #suspended(resume: () => void): Job {
    const job = this.#running;
    if (job === undefined) throw new TypeError('A guest was suspended that has no turn');
    job.resume = resume;
    this.#charge(job);
    return job;
  }

  /** Those whose moment has come take turns again. */
  #wakeDue(): void {
    if (this.#waiting.length === 0) return;
    const now = performance.now();
    let job = this.#waiting.takeDue(now);
    // Nobody sent anything to this thread, so the ticker may sleep.
    if (job === undefined) return;
    this.#options.wakeTicker();
    for (; job !== undefined; job = this.#waiting.takeDue(now)) {
      job.fresh = true;
      this.#queue.add(job);
      this.#stoppedWaiting(job);
    }
  }

  /** Whether a job goes on before others of its user. */
  #keepsTurn(job: JobProgress): boolean {
    const firstMs = FIRST_SLICES * this.#options.sliceMs;
    return job.ranMs < firstMs || isUrgent(job, { now: Date.now(), ms: firstMs });
  }

  #charge(job: Job): void {
    this.#now = performance.now();
    const ms = this.#now - this.#sliceStart;
    job.ranMs += ms;
    this.#queue.charge(job, ms);
  }

  #runSlice(job: Job): void {
    if (this.#queue.length > 0 && isHopeless(job, Date.now())) job.guest.endAtNextCheck(PAST_DEADLINE);
    this.#running = job;
    this.#sliceStart = performance.now();
    job.fresh = false;
    this.#options.signals.guestRuns = true;
    const { resume } = job;
    if (resume === undefined) this.#start(job);
    else {
      job.resume = undefined;
      resume();
    }
  }

  #sliceEnded(): void {
    this.#options.signals.guestRuns = false;
    this.#running = undefined;
  }

  /** The guest is about to be suspended: only then, not yet, another may run on its stack. */
  async #sliceInterrupted(): Promise<void> {
    this.#sliceEnded();
    await Promise.resolve();
    this.#takeTurns();
  }

  /** Begins a job, which may take several slices. */
  #start(job: Job): void {
    job.started = true;
    if (!this.#options.signals.start(job.requestId)) {
      this.#sliceEnded();
      return;
    }
    const ended = (): void => {
      this.#forget(job.requestId);
      this.#charge(job);
      job.runTime?.note(job.ranMs, job.guest.ended !== undefined);
      this.#sliceEnded();
      this.#takeTurns();
    };
    job.run().then(ended, this.#broken.reject);
  }

  #forget(requestId: number): void {
    this.#jobs[requestId % OUTSTANDING_MAX] = undefined;
  }

  /** Turns go on when the engine has run its own tasks. */
  #tidy(): void {
    this.#tidiedAt = this.#now;
    this.#options.tidy();
    this.#tidying = true;
    setImmediate(() => {
      this.#tidying = false;
      this.#takeTurns();
    });
  }
}

const PAST_DEADLINE: CallOutcome = {
  type: 'error',
  code: 'call.deadline',
  message: 'Call did not end before its deadline',
};
