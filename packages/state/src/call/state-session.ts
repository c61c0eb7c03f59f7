import { FaasmError, isFaasmError } from '@faasm/protocol';
import { Stop } from '@faasm/stdx';
import { inParts, PIECE_BYTES_MAX, type ByteRange } from '../byte-range.ts';
import type { LocalTier, Use } from '../local/local-tier.ts';
import type { LocalValue } from '../local/local-value.ts';
import type { GlobalLocks } from '../locks/global-locks.ts';
import type { HeldLock } from '../locks/held-lock.ts';
import type { LocalLocks, LockHolder, LockMode } from '../locks/local-locks.ts';
import { untilStopped } from '../locks/until-stopped.ts';
import { formatStateKey, stateKey, type StateKey } from '../state-key.ts';
import type { StateAnswer, StateQuestion, StateQuestionName, StateQuestions } from './state-questions.ts';

/** What the calls of a host share. */
export interface StateHost {
  readonly local: LocalTier;
  readonly localLocks: LocalLocks;
  readonly globalLocks: GlobalLocks;
}

type Handlers = {
  readonly [Name in StateQuestionName]: (
    ask: StateQuestions[Name]['ask'],
  ) => Promise<StateQuestions[Name]['answer']>;
};

/** What one call has of state: values that it uses, and locks. Everything is given back when the call ends, however it ends. */
export class StateSession {
  readonly #host: StateHost;
  readonly #user: string;
  readonly #holder: LockHolder;
  readonly #values = new Map<string, LocalValue>();
  /** Those whose keys have other values now, or none; it may have them mapped still. */
  readonly #former: LocalValue[] = [];
  readonly #globalLocks = new Map<string, HeldLock>();
  /** Names of the local locks that it holds or waits for. */
  readonly #localLocks = new Set<string>();
  readonly #stop = new Stop();
  /** The lock that it waits for. */
  #wanted: { readonly name: string; readonly holderOf: () => string | undefined } | undefined;
  /** What was asked last; the call asks one thing after the other. */
  #asked: Promise<unknown> = Promise.resolve();
  /** What the call is about to overwrite, if it did not do so before it asked for something else. */
  #unwritten: { readonly value: LocalValue; readonly ranges: readonly ByteRange[] } | undefined;

  /** `holder` names the call to others who wait for its locks. */
  constructor(host: StateHost, { user, holder }: { user: string; holder: string }) {
    this.#host = host;
    this.#user = user;
    this.#holder = { name: holder };
  }

  /** What it waits for that another call has, in words; undefined when it does not. */
  get waitsFor(): string | undefined {
    if (this.#wanted === undefined) return undefined;
    const { name, holderOf } = this.#wanted;
    const holder = holderOf();
    return `it waits for the lock of ${name}${holder === undefined ? '' : `, which call ${holder} holds`}`;
  }

  /** Rejects with errors of the catalogue. */
  async ask(question: StateQuestion): Promise<StateAnswer> {
    const handle = this.#handlers[question.name] as (ask: StateQuestion['ask']) => Promise<StateAnswer>;
    this.#unwritten = undefined;
    const answer = handle(question.ask);
    this.#asked = answer;
    return await answer;
  }

  /** The call has ended. */
  async close(): Promise<void> {
    this.#stop.abort();
    for (const name of this.#localLocks) this.#host.localLocks.leave(name, this.#holder);
    this.#localLocks.clear();
    // Its lock must outlast a push. What it waited for, it does not any more.
    await Promise.allSettled([this.#asked]);
    const held = [...this.#globalLocks.values()];
    this.#globalLocks.clear();
    await Promise.allSettled(
      held.map(async (lock) => {
        await this.#host.globalLocks.release(lock, this.#holder);
      }),
    );
    for (const range of this.#unwritten?.ranges ?? []) this.#unwritten?.value.maps.forgetUnmarked(range);
    for (const value of [...this.#values.values(), ...this.#former.splice(0)])
      this.#host.local.release(value);
    this.#values.clear();
  }

  readonly #handlers: Handlers = {
    use: async ({ key, sizeBytes, use }) => {
      const value = await this.#value(this.#key(key), sizeBytes);
      if (value === undefined || use === undefined) return value?.shared;
      this.#unwritten = { value, ranges: await this.#host.local.prepare(value, within(value, use)) };
      return value.shared;
    },
    describe: async ({ key }) => await this.#host.local.describe(this.#key(key)),
    refresh: async ({ key }) => {
      await this.#host.local.refresh(await this.#existing(key));
    },
    push: async ({ key, mask }) => {
      const own = this.#key(key);
      const token = (): number | undefined => this.#tokenFor(own);
      token();
      this.#values.get(formatStateKey(own))?.requireSound();
      const value = this.#host.local.peek(own);
      if (value === undefined) return;
      const masking = mask === undefined ? undefined : await this.#whole(mask);
      await this.#host.local.push(value, { token, mask: masking });
    },
    lock: async ({ key, mode }) => {
      const own = this.#key(key);
      if (mode === 'global') await this.#lockGlobally(own);
      else await this.#lockLocally(own, mode);
    },
    unlock: async ({ key, mode }) => {
      const own = this.#key(key);
      return mode === 'global' ? await this.#unlockGlobally(own) : this.#unlockLocally(own, mode);
    },
    append: async ({ key, element }) => {
      await this.#host.local.global.append(this.#key(key), element);
    },
    readAppended: async ({ key, ...terms }) =>
      await this.#host.local.global.readAppended(this.#key(key), terms),
    clearAppended: async ({ key }) => {
      await this.#host.local.global.clearAppended(this.#key(key));
    },
    compareAndSet: async ({ key, version, bytes }) =>
      await this.#compareAndSet(this.#key(key), version, bytes),
    increment: async ({ key, delta }) => {
      const own = this.#key(key);
      const { value } = await this.#host.local.global.increment(own, delta, { token: this.#tokenFor(own) });
      await this.#host.local.outdate(own);
      return value;
    },
    remove: async ({ key }) => {
      const own = this.#key(key);
      const isLocal = this.#host.local.peek(own) !== undefined;
      const existed = await this.#host.local.global.delete(own, { token: this.#tokenFor(own) });
      await this.#host.local.forget(own);
      this.#drop(own);
      return existed || isLocal;
    },
    list: async (page) => (await this.#host.local.global.list(this.#user, page)).map(({ key }) => key),
  };

  #key(key: string): StateKey {
    return stateKey(this.#user, key);
  }

  /** The value, which the call uses from now on. */
  async #value(key: StateKey, sizeBytes: number | undefined): Promise<LocalValue | undefined> {
    const name = formatStateKey(key);
    if (this.#globalLocks.get(name)?.lost === true) throw lockLost(name);
    const known = this.#values.get(name);
    // Somebody may have deleted it and made it anew.
    if (known !== undefined && this.#host.local.peek(key) === known) {
      if (sizeBytes !== undefined && sizeBytes !== known.sizeBytes) throw sizeMismatch(key, known, sizeBytes);
      return known;
    }
    const value = await this.#host.local.acquire(key, sizeBytes);
    if (value === undefined) return undefined;
    if (this.#stop.aborted) {
      this.#host.local.release(value);
      throw new FaasmError('call.cancelled', `Call ${this.#holder.name} has ended`);
    }
    this.#drop(key);
    this.#values.set(name, value);
    return value;
  }

  #drop(key: StateKey): void {
    const name = formatStateKey(key);
    const value = this.#values.get(name);
    if (value === undefined) return;
    this.#values.delete(name);
    this.#former.push(value);
  }

  async #existing(key: string): Promise<LocalValue> {
    const own = this.#key(key);
    const value = await this.#value(own, undefined);
    if (value === undefined)
      throw new FaasmError('state.unknown', `There is no value ${formatStateKey(own)}`);
    return value;
  }

  async #whole(key: string): Promise<LocalValue> {
    const value = await this.#existing(key);
    await this.#host.local.prepare(value, { range: value.whole, how: 'read' });
    return value;
  }

  /**
   * The token that a change of this call carries. While another call of this host holds the lock, or believes so, nothing
   * of the value leaves the host: it may have bytes of a holder that lost its lease (I7).
   */
  #tokenFor(key: StateKey): number | undefined {
    const name = formatStateKey(key);
    const own = this.#globalLocks.get(name);
    const held = this.#host.globalLocks.heldHere(key);
    if (own?.lost === true) throw lockLost(name);
    if (held !== undefined && held !== own) {
      const holder = this.#host.globalLocks.holderOf(key) ?? 'another call';
      throw new FaasmError('state.locked', `${name} is locked by call ${holder}`);
    }
    return own?.token;
  }

  async #compareAndSet(key: StateKey, version: number, bytes: Uint8Array): Promise<number | undefined> {
    const { local } = this.#host;
    const terms = { token: this.#tokenFor(key), expectedVersion: version };
    const sizeBytes = bytes.byteLength;
    local.checkLimit(key, sizeBytes);
    const parts = inParts({ start: 0, end: sizeBytes }, PIECE_BYTES_MAX);
    const pieces = parts.map(({ start, end }) => ({ offset: start, bytes: bytes.subarray(start, end) }));
    try {
      const info = await local.global.push(key, { sizeBytes, pieces, ...terms });
      await local.outdate(key);
      return info.version;
    } catch (error) {
      if (isFaasmError(error, 'state.conflict')) return undefined;
      throw error;
    }
  }

  async #lockGlobally(key: StateKey): Promise<void> {
    const name = formatStateKey(key);
    if (this.#globalLocks.has(name)) throw heldAlready(name, 'global');
    const { globalLocks } = this.#host;
    const held = await this.#waiting(
      { name, holderOf: () => globalLocks.holderOf(key) },
      globalLocks.acquire(key, { holder: this.#holder, stop: this.#stop }),
    );
    if (held !== undefined) this.#globalLocks.set(name, held);
  }

  async #unlockGlobally(key: StateKey): Promise<boolean> {
    const name = formatStateKey(key);
    const held = this.#globalLocks.get(name);
    if (held === undefined) return false;
    this.#globalLocks.delete(name);
    if (!(await this.#host.globalLocks.release(held, this.#holder))) throw lockLost(name);
    return true;
  }

  async #lockLocally(key: StateKey, mode: LockMode): Promise<void> {
    const name = formatStateKey(key);
    const { localLocks } = this.#host;
    if (this.#localLocks.has(name)) throw heldAlready(name, localLocks.modeOf(name, this.#holder) ?? mode);
    this.#localLocks.add(name);
    const granted = localLocks.acquire(name, { holder: this.#holder, mode });
    if (granted === undefined) return;
    await this.#waiting(
      { name, holderOf: () => localLocks.holderOf(name) },
      untilStopped(granted, this.#stop),
    );
  }

  #unlockLocally(key: StateKey, mode: LockMode): boolean {
    const name = formatStateKey(key);
    if (this.#host.localLocks.modeOf(name, this.#holder) !== mode) return false;
    this.#localLocks.delete(name);
    return this.#host.localLocks.leave(name, this.#holder);
  }

  async #waiting<T>(
    wanted: { name: string; holderOf: () => string | undefined },
    granted: Promise<T>,
  ): Promise<T> {
    this.#wanted = wanted;
    try {
      return await granted;
    } finally {
      this.#wanted = undefined;
    }
  }
}

/** A use of what there is of a range: whoever asked for more sees by the size that there is less. */
function within({ sizeBytes }: LocalValue, { range: { start, end }, how }: Use): Use {
  return { range: { start: Math.min(start, sizeBytes), end: Math.min(end, sizeBytes) }, how };
}

function lockLost(name: string): FaasmError {
  return new FaasmError('state.fenced', `Lock of ${name} was lost: its lease ran out`);
}

function heldAlready(name: string, mode: string): FaasmError {
  return new FaasmError('state.deadlock', `The call holds the ${mode} lock of ${name} already`);
}

function sizeMismatch(key: StateKey, { sizeBytes }: LocalValue, wanted: number): FaasmError {
  const message = `${formatStateKey(key)} has ${sizeBytes} bytes, not ${wanted}`;
  return new FaasmError('state.size_mismatch', message);
}
