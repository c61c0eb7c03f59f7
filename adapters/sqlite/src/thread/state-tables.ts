import {
  changedMeanwhile,
  checkChange,
  checkSize,
  COUNTER_BYTES,
  type StateKey,
  type ValueInfo,
} from '@faasm/state';
import type { DatabaseSync } from 'node:sqlite';
import { ChunkTable } from './chunk-table.ts';
import { LogTable } from './log-table.ts';
import type { ChangeGuard, Request, RequestKind, Requests, Slab } from './messages.ts';
import { piecesOf } from './slab-pieces.ts';
import { StagingTable } from './staging-table.ts';
import { Sweeper } from './sweeper.ts';
import { ValueTable, type StoredValue } from './value-table.ts';

/** What each request does, inside the transaction of whoever calls it. */
type Handlers = { readonly [K in RequestKind]: (asked: Requests[K]['asked']) => Requests[K]['answer'] };

/** The tables of an open file, and what can be asked of them. */
export class StateTables {
  readonly sweeper: Sweeper;
  readonly #values: ValueTable;
  readonly #chunks: ChunkTable;
  readonly #staging: StagingTable;
  readonly #logs: LogTable;
  readonly #reserve;
  readonly #handlers: Handlers;

  constructor(database: DatabaseSync) {
    this.sweeper = new Sweeper(database);
    this.#values = new ValueTable(database);
    this.#chunks = new ChunkTable(database);
    this.#staging = new StagingTable(database, this.#chunks);
    this.#logs = new LogTable(database);
    this.#reserve = database.prepare('UPDATE counter SET token = token + ? RETURNING token');
    this.#handlers = {
      describe: ({ key }) => infoOf(this.#values.find(key)),
      read: (asked) => this.#read(asked),
      stage: (asked) => this.#stage(asked),
      abandon: ({ push }) => {
        this.sweeper.end(push);
        return true;
      },
      push: (asked) => this.#push(asked),
      increment: (asked) => this.#increment(asked),
      delete: (asked) => this.#delete(asked),
      list: ({ user, ...page }) => this.#values.list(user, page),
      append: ({ key, element }) => this.#logs.append(key, element),
      readAppended: ({ key, ...terms }) => this.#logs.first(key, terms),
      clearAppended: ({ key }) => {
        this.#logs.clear(key);
        return true;
      },
      reserveTokens: ({ count }) => (this.#reserve.get(count) as { token: number }).token,
    };
  }

  /** Does what is asked. Throws errors of the catalogue, and SQLite's. */
  answer<K extends RequestKind>(request: Request<K>): Requests[K]['answer'] {
    const handler = this.#handlers[request.kind] as (asked: Request<K>) => Requests[K]['answer'];
    return handler(request);
  }

  #read({ key, range, sizeBytes, version }: Requests['read']['asked']): Uint8Array<ArrayBuffer> {
    const value = this.#values.find(key);
    const isSame = version === undefined || value?.version === version;
    if (value?.sizeBytes !== sizeBytes || !isSame) throw changedMeanwhile(key);
    return this.#chunks.read(value, range);
  }

  #stage({ push = this.#staging.begin(), sizeBytes, slab }: Requests['stage']['asked']): number {
    for (const piece of piecesOf(slab)) this.#staging.stage(push, piece, sizeBytes);
    return push;
  }

  #push({ key, guard, sizeBytes, push, slab }: Requests['push']['asked']): ValueInfo {
    const known = this.#check(key, guard);
    checkSize(key, known, sizeBytes);
    const value = known ?? this.#values.create(key, sizeBytes);
    if (push !== undefined) {
      this.#staging.apply(push, value);
      this.sweeper.end(push);
    }
    return this.#write(value, slab);
  }

  #increment({ key, guard, delta }: Requests['increment']['asked']): Requests['increment']['answer'] {
    const known = this.#check(key, guard);
    checkSize(key, known, COUNTER_BYTES);
    const stored = known ?? this.#values.create(key, COUNTER_BYTES);
    const range = { start: 0, end: COUNTER_BYTES };
    const bytes = this.#chunks.read(stored, range);
    const view = new DataView(bytes.buffer);
    const value = BigInt.asIntN(64, view.getBigInt64(0, true) + delta);
    view.setBigInt64(0, value, true);
    return { value, info: this.#write(stored, { ranges: [range], bytes }) };
  }

  #delete({ key, guard }: Requests['delete']['asked']): boolean {
    const known = this.#check(key, guard);
    if (known !== undefined) this.#values.drop(known);
    return known !== undefined;
  }

  #write(value: StoredValue, slab: Slab): ValueInfo {
    for (const piece of piecesOf(slab)) this.#chunks.write(value, piece);
    return this.#values.changed(value);
  }

  #check(key: StateKey, { lock, ...terms }: ChangeGuard): StoredValue | undefined {
    const value = this.#values.find(key);
    checkChange(key, { info: value, lock }, terms);
    return value;
  }
}

function infoOf(value: StoredValue | undefined): ValueInfo | undefined {
  return value === undefined ? undefined : { sizeBytes: value.sizeBytes, version: value.version };
}
