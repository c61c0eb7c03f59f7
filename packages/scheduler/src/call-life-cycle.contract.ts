import type { Call, CallId, CallKind } from '@faasm/protocol';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { never, sampleCall, sampleResult, type Backend, type BackendCase } from './backend-under-test.ts';
import type { CallCounts, Lease } from './call-queue.ts';

const LIMITS = { queuedCallsMax: 5, outstandingCallsPerUserMax: 4 };
const USERS = ['a', 'b', 'c'];
const RUNS = 60;
const COMMANDS_MAX = 40;

/** What a call is known to be, by a book that is kept beside the queue. */
interface Entry {
  readonly call: Call;
  state: 'queued' | 'running' | 'done';
  lease: Lease | undefined;
}

/** The book: what the queue must agree with after every operation. */
class Book {
  /** What the queue had counted before this book was opened. */
  readonly #before: CallCounts;
  readonly entries: Entry[] = [];
  /** In the order in which they will be taken. */
  queued: Entry[] = [];
  /** Leases that give no right any more. */
  readonly voidLeases: Lease[] = [];

  constructor(before: CallCounts) {
    this.#before = before;
  }

  /** What the queue must count now. */
  counts(): CallCounts {
    const { accepted, done, dead } = this.#before;
    return {
      accepted: accepted + this.entries.length,
      queued: this.queued.length,
      running: this.in('running').length,
      done: done + this.in('done').length,
      dead,
    };
  }

  in(state: Entry['state']): Entry[] {
    return this.entries.filter((entry) => entry.state === state);
  }

  outstanding(user: string): number {
    return this.entries.filter(({ state, call }) => state !== 'done' && call.function.user === user).length;
  }

  end(entry: Entry): void {
    if (entry.lease !== undefined) this.voidLeases.push(entry.lease);
    entry.lease = undefined;
    entry.state = 'done';
    this.queued = this.queued.filter((other) => other !== entry);
  }
}

type Command = fc.AsyncCommand<Book, Backend>;

class Submit implements Command {
  readonly #user: string;
  readonly #kind: CallKind;

  constructor(user: string, kind: CallKind) {
    this.#user = user;
    this.#kind = kind;
  }

  check(): boolean {
    return true;
  }

  async run(book: Book, { queue }: Backend): Promise<void> {
    const call = sampleCall({ kind: this.#kind, function: { user: this.#user, name: 'echo' } });
    if (book.outstanding(this.#user) >= LIMITS.outstandingCallsPerUserMax) {
      await assert.rejects(queue.submit(call), { code: 'user.limit' });
    } else if (book.queued.length >= LIMITS.queuedCallsMax) {
      await assert.rejects(queue.submit(call), { code: 'queue.full' });
    } else {
      await queue.submit(call);
      const entry: Entry = { call, state: 'queued', lease: undefined };
      book.entries.push(entry);
      book.queued.push(entry);
    }
  }

  toString(): string {
    return `submit(${this.#user}, ${this.#kind})`;
  }
}

class Take implements Command {
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  check(book: Readonly<Book>): boolean {
    return book.queued.length > 0;
  }

  async run(book: Book, { queue }: Backend): Promise<void> {
    const leases = await queue.take({ max: this.#max, signal: never() });
    const expected = book.queued.splice(0, this.#max);
    assert.deepEqual(
      leases.map(({ call }) => call.id),
      expected.map(({ call }) => call.id),
    );
    for (const [index, entry] of expected.entries()) {
      entry.state = 'running';
      entry.lease = leases[index];
    }
  }

  toString(): string {
    return `take(${this.#max})`;
  }
}

type LeaseUse = 'settle' | 'renew' | 'release';

async function use(how: LeaseUse, lease: Lease, { queue }: Backend): Promise<boolean> {
  return how === 'settle' ? await queue.settle(lease, sampleResult(lease.call)) : await queue[how](lease);
}

class UseLease implements Command {
  readonly #how: LeaseUse;
  readonly #pick: number;

  constructor(how: LeaseUse, pick: number) {
    this.#how = how;
    this.#pick = pick;
  }

  check(book: Readonly<Book>): boolean {
    return book.in('running').length > 0;
  }

  async run(book: Book, backend: Backend): Promise<void> {
    const entry = picked(book.in('running'), this.#pick);
    const { lease } = entry;
    assert.ok(lease);
    assert.equal(await use(this.#how, lease, backend), true);
    if (this.#how === 'settle') book.end(entry);
    if (this.#how === 'release') {
      book.voidLeases.push(lease);
      entry.state = 'queued';
      entry.lease = undefined;
      book.queued.push(entry);
    }
  }

  toString(): string {
    return `${this.#how}(${this.#pick})`;
  }
}

class UseVoidLease implements Command {
  readonly #how: LeaseUse;
  readonly #pick: number;

  constructor(how: LeaseUse, pick: number) {
    this.#how = how;
    this.#pick = pick;
  }

  check(book: Readonly<Book>): boolean {
    return book.voidLeases.length > 0;
  }

  async run(book: Book, backend: Backend): Promise<void> {
    assert.equal(await use(this.#how, picked(book.voidLeases, this.#pick), backend), false);
  }

  toString(): string {
    return `${this.#how} with void lease(${this.#pick})`;
  }
}

class End implements Command {
  readonly #pick: number;

  constructor(pick: number) {
    this.#pick = pick;
  }

  check(book: Readonly<Book>): boolean {
    return book.entries.length > 0;
  }

  async run(book: Book, { queue }: Backend): Promise<void> {
    const entry = picked(book.entries, this.#pick);
    const expected = entry.state === 'done' ? 'already_done' : 'ended';
    assert.equal(await queue.end(entry.call.id, 'call.cancelled'), expected);
    book.end(entry);
  }

  toString(): string {
    return `end(${this.#pick})`;
  }
}

/** After every other command: the queue's numbers and each call's state are those of the book. */
class Compare implements Command {
  check(): boolean {
    return true;
  }

  async run(book: Book, { queue, results }: Backend): Promise<void> {
    assert.deepEqual(await queue.counts(), book.counts());
    const states = new Map<CallId, string | undefined>();
    for (const { call } of book.entries) states.set(call.id, (await results.status(call.id))?.state);
    assert.deepEqual(states, new Map(book.entries.map(({ call, state }) => [call.id, state])));
  }

  toString(): string {
    return 'compare';
  }
}

function picked<T>(items: readonly T[], pick: number): T {
  const item = items[pick % items.length];
  assert.ok(item !== undefined);
  return item;
}

const how = fc.constantFrom<LeaseUse>('settle', 'renew', 'release');

const COMMANDS = fc.commands(
  [
    fc
      .tuple(fc.constantFrom(...USERS), fc.constantFrom<CallKind>('sync', 'async'))
      .map(([u, k]) => new Submit(u, k)),
    fc.integer({ min: 1, max: 3 }).map((max) => new Take(max)),
    fc.tuple(how, fc.nat({ max: 99 })).map(([h, pick]) => new UseLease(h, pick)),
    fc.tuple(how, fc.nat({ max: 99 })).map(([h, pick]) => new UseVoidLease(h, pick)),
    fc.nat({ max: 99 }).map((pick) => new End(pick)),
    fc.constant(new Compare()),
  ],
  { maxCommands: COMMANDS_MAX, size: 'max' },
);

/** The whole life of calls, in any order of operations, against a book. */
export const LIFE_CYCLE_CASES: Record<string, BackendCase> = {
  'CallQueue agrees with a book of every call under any order of operations (I2, I3, I4)': async (open) => {
    const backend = await open(LIMITS);
    await fc.assert(
      fc.asyncProperty(COMMANDS, async (commands) => {
        const book = new Book(await backend.queue.counts());
        try {
          await fc.asyncModelRun(() => ({ model: book, real: backend }), [...commands, new Compare()]);
        } finally {
          for (const { call } of book.entries) await backend.queue.end(call.id, 'call.cancelled');
        }
      }),
      { numRuns: RUNS },
    );
  },
};
