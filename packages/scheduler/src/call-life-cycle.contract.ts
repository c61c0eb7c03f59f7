import type { Call, CallId, CallKind } from '@faasm/protocol';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { never, sampleCall, sampleResult, type Backend, type BackendCase } from './backend-under-test.ts';
import type { CallCounts, Lease } from './call-queue.ts';
import {
  roomError,
  roomRefusal,
  type QueueBounds,
  type RoomRefusal,
  type WantedRoom,
} from './queue-bounds.ts';
import { TurnBook } from './turn-book.ts';

const WEIGHTS: Readonly<Record<string, number>> = { a: 1, b: 2, c: 0.5 };
const USERS = Object.keys(WEIGHTS);
const LIMITS: QueueBounds = {
  queuedCallsMax: 8,
  queuedBytesMax: 60,
  outstandingCallsPerUserMax: 6,
  weightOf: (user) => WEIGHTS[user] ?? 1,
};
const INPUT_BYTES_MAX = 12;
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
  /** In the order of their acceptance. */
  get queued(): Entry[] {
    return this.in('queued');
  }

  readonly turns = new TurnBook(LIMITS.weightOf);
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

  /** Why the queue must refuse a call. */
  refusal(wanted: WantedRoom): RoomRefusal | undefined {
    const unfinished = this.entries.filter(({ state }) => state !== 'done');
    const own = unfinished.filter(({ call }) => call.function.user === wanted.user);
    const request = {
      ...wanted,
      calls: this.queued.length,
      userCalls: own.filter(({ state }) => state === 'queued').length,
      bytes: inputBytes(unfinished),
      userBytes: inputBytes(own),
      outstanding: own.length,
    };
    return roomRefusal(request, LIMITS);
  }

  /** Users who have calls waiting. */
  waitingUsers(): Set<string> {
    return new Set(this.queued.map(({ call }) => call.function.user));
  }

  /** Fails when it was the turn of another, of those who are not in `except`. */
  take(lease: Lease, except: ReadonlySet<string> = new Set()): void {
    const { user } = lease.call.function;
    const users = this.waitingUsers().difference(except);
    assert.ok(users.has(user), `${user} was passed over, and taken`);
    this.turns.take(user, users);
    const oldest = this.queued.find(({ call }) => call.function.user === user);
    assert.equal(lease.call.id, oldest?.call.id);
    assert.ok(oldest);
    oldest.state = 'running';
    oldest.lease = lease;
    if (this.queued.length === 0) this.turns.nobodyWaits();
  }

  end(entry: Entry): void {
    if (entry.lease !== undefined) this.voidLeases.push(entry.lease);
    entry.lease = undefined;
    entry.state = 'done';
    if (this.queued.length === 0) this.turns.nobodyWaits();
  }
}

function inputBytes(entries: readonly Entry[]): number {
  return entries.reduce((sum, { call }) => sum + call.input.byteLength, 0);
}

type Command = fc.AsyncCommand<Book, Backend>;

class Submit implements Command {
  readonly #user: string;
  readonly #kind: CallKind;
  readonly #inputBytes: number;

  constructor(user: string, { kind, bytes }: { readonly kind: CallKind; readonly bytes: number }) {
    this.#user = user;
    this.#kind = kind;
    this.#inputBytes = bytes;
  }

  check(): boolean {
    return true;
  }

  async run(book: Book, { queue }: Backend): Promise<void> {
    const input = new Uint8Array(this.#inputBytes);
    const call = sampleCall({ kind: this.#kind, input, function: { user: this.#user, name: 'echo' } });
    const wanted = { user: this.#user, inputBytes: this.#inputBytes };
    const refusal = book.refusal(wanted);
    if (refusal !== undefined) {
      const { code, message } = roomError(LIMITS, { ...wanted, refusal });
      await assert.rejects(queue.checkRoom(wanted), { code, message });
      await assert.rejects(async () => await queue.submit(call), { code, message });
    } else {
      await queue.checkRoom(wanted);
      await queue.submit(call);
      book.turns.waits(this.#user);
      book.entries.push({ call, state: 'queued', lease: undefined });
    }
  }

  toString(): string {
    return `submit(${this.#user}, ${this.#kind}, ${this.#inputBytes})`;
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
    assert.equal(leases.length, Math.min(this.#max, book.queued.length));
    for (const lease of leases) book.take(lease);
  }

  toString(): string {
    return `take(${this.#max})`;
  }
}

class TakeOther implements Command {
  readonly #except: ReadonlySet<string>;

  constructor(except: readonly string[]) {
    this.#except = new Set(except);
  }

  check(): boolean {
    return true;
  }

  async run(book: Book, { queue }: Backend): Promise<void> {
    const lease = await queue.takeOther(this.#except);
    if (lease !== undefined) {
      book.take(lease, this.#except);
      return;
    }
    const waiting = book.waitingUsers();
    assert.deepEqual(waiting.difference(this.#except), new Set());
    if (waiting.size > 0) book.turns.allPassedOver(waiting);
  }

  toString(): string {
    return `takeOther(${[...this.#except].join(', ')})`;
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
      book.turns.waits(lease.call.function.user);
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
      .tuple(
        fc.constantFrom(...USERS),
        fc.constantFrom<CallKind>('sync', 'async'),
        fc.nat({ max: INPUT_BYTES_MAX }),
      )
      .map(([user, kind, bytes]) => new Submit(user, { kind, bytes })),
    fc.integer({ min: 1, max: 3 }).map((max) => new Take(max)),
    fc.subarray(USERS).map((except) => new TakeOther(except)),
    fc.tuple(how, fc.nat({ max: 99 })).map(([h, pick]) => new UseLease(h, pick)),
    fc.tuple(how, fc.nat({ max: 99 })).map(([h, pick]) => new UseVoidLease(h, pick)),
    fc.nat({ max: 99 }).map((pick) => new End(pick)),
    fc.constant(new Compare()),
  ],
  { maxCommands: COMMANDS_MAX, size: 'max' },
);

/** The whole life of calls, in any order of operations, against a book. */
export const LIFE_CYCLE_CASES: Record<string, BackendCase> = {
  'CallQueue agrees with a book of every call under any order of operations (I2, I3, I4, I11)': async (
    open,
  ) => {
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
