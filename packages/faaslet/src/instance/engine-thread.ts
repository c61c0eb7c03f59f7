import { isFaasmError } from '@faasm/protocol';
import type { Guest } from '../guest.ts';
import type { MemorySlot } from '../memory/memory-slot.ts';
import { SAVED_GLOBALS_OFFSET } from '../module/prepare/prepared-facts.ts';
import { forwarded } from './forwarder.ts';
import { uncatchableError } from '../termination.ts';
import type { HostWork } from './host-work.ts';
import { suspending } from './jspi.ts';

/** Decides how long guests run that share a thread. */
export interface GuestScheduler {
  /** Asked at a check that found the pause word set; the word is clear again. Whether the guest is to be suspended. */
  shouldPause(guest: Guest): boolean;
  /** The guest is suspended. `resume` lets it go on, or ends it if it was ended meanwhile; it must be called in the end. */
  paused(guest: Guest, resume: () => void): void;
  /** The guest is suspended until a moment, see `HostWork`, or until it is ended. `resume` as above. */
  waits(guest: Guest, wait: { readonly until: number; readonly resume: () => void }): void;
}

/** A guest that was entered, and the memory that `memory.grow` means to it. */
export interface RunningGuest {
  readonly guest: Guest;
  readonly slot: MemorySlot;
  /** Limit of the memory, in pages. */
  readonly pagesMax: number;
}

/** Memory for the control of a thread. */
export function controlMemory(): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
}

/** A word that, set to 1 by any thread, makes the guest that runs ask at its next check what to do. */
export function pauseWord(control: WebAssembly.Memory): Int32Array {
  return new Int32Array(control.buffer, 0, 1);
}

/** Answers at a check. */
const [GO_ON, END] = [0, 1];

/** What `memory.grow` returns when there is no more. */
const FAILED = -1;

/**
 * What all instances of a thread share; it belongs to the host, and no guest can name it. One guest at a time runs, and
 * others may be suspended.
 */
export class EngineThread {
  /** Imported by prepared modules: the pause word, and behind it the globals that are saved or loaded. */
  readonly control: WebAssembly.Memory;
  readonly pauseWord: Int32Array;
  readonly globalsBytes: Uint8Array;
  /** The host's side of `memory.grow`, as prepared modules are given it. */
  readonly grower: WebAssembly.ExportValue = forwarded((delta) => this.grow(delta >>> 0));
  /** What prepared modules call at a check that found the word set. */
  readonly pauser: WebAssembly.ExportValue = forwarded(suspending(() => this.#check()));
  /** The guest that runs now. */
  current: RunningGuest | undefined;
  readonly #scheduler: GuestScheduler | undefined;
  /** Host functions are made once a thread, so that modules share what is made of them. */
  readonly #wrapped = new WeakMap<object, WebAssembly.ImportValue>();

  /** Without a scheduler guests are never suspended. Other threads that have `control` too can ask guests to pause. */
  constructor(scheduler?: GuestScheduler, control: WebAssembly.Memory = controlMemory()) {
    this.#scheduler = scheduler;
    this.control = control;
    this.pauseWord = pauseWord(control);
    this.globalsBytes = new Uint8Array(control.buffer, SAVED_GLOBALS_OFFSET);
  }

  /** The guest that a host function is called by. */
  currentGuest(): Guest {
    return this.#runningGuest().guest;
  }

  /** Host functions such that each call is a check too: the host's work takes time as a guest's does. */
  pausable(imports: WebAssembly.Imports): WebAssembly.Imports {
    const wrapped = Object.entries(imports).map(([module, functions]) => {
      const entries = Object.entries(functions).map(([name, target]) => [name, this.#pausable(target)]);
      return [module, Object.fromEntries(entries) as Record<string, WebAssembly.ImportValue>];
    });
    return Object.fromEntries(wrapped) as WebAssembly.Imports;
  }

  /**
   * Grows the memory of the guest that runs by `delta` pages; returns its size before in pages, or -1. For a guest a host
   * that has no more is a memory that does not grow.
   */
  grow(delta: number): number {
    const { slot, pagesMax } = this.#runningGuest();
    try {
      return slot.grow(delta, pagesMax);
    } catch (error) {
      if (isFaasmError(error, 'host.capacity')) return FAILED;
      throw error;
    }
  }

  #pausable(target: WebAssembly.ImportValue): WebAssembly.ImportValue {
    if (typeof target !== 'function') return target;
    const known = this.#wrapped.get(target);
    if (known !== undefined) return known;
    const wrapped = suspending((...values) => {
      const value: unknown = Reflect.apply(target, undefined, values);
      // Nothing else that a host function returns is an object.
      return typeof value === 'object' ? this.#work(value as HostWork<unknown>) : this.#checked(value);
    });
    this.#wrapped.set(target, wrapped);
    return wrapped;
  }

  /** What a host function came to, after a check. */
  #checked(value: unknown): unknown {
    if (Atomics.load(this.pauseWord, 0) === 0) return value;
    const next = this.#check();
    return typeof next === 'number' ? valueOrEnd(value, next) : this.#later(value, next);
  }

  async #later(value: unknown, next: Promise<number>): Promise<unknown> {
    return valueOrEnd(value, await next);
  }

  /** What the work comes to; a promise of it once the guest is suspended. */
  #work(work: HostWork<unknown>): unknown {
    for (;;) {
      const { done, value } = work.next();
      if (done === true) return this.#checked(value);
      const next = this.#between(value);
      if (typeof next !== 'number') return this.#workLater(work, next);
      if (next === END) throw uncatchableError();
    }
  }

  async #workLater(work: HostWork<unknown>, next: Promise<number>): Promise<unknown> {
    if ((await next) === END) throw uncatchableError();
    return await this.#work(work);
  }

  #between(until: number | undefined): number | Promise<number> {
    if (until !== undefined) return this.#wait(until);
    return Atomics.load(this.pauseWord, 0) === 0 ? GO_ON : this.#check();
  }

  #runningGuest(): RunningGuest {
    if (this.current === undefined) throw new TypeError('A host function was called while no guest ran');
    return this.current;
  }

  #check(): number | Promise<number> {
    Atomics.store(this.pauseWord, 0, 0);
    const running = this.#runningGuest();
    const { guest } = running;
    const scheduler = this.#scheduler;
    if (scheduler === undefined || guest.ended !== undefined) return answer(guest);
    if (!scheduler.shouldPause(guest)) return answer(guest);
    return this.#suspend(running, (resume) => {
      scheduler.paused(guest, resume);
    });
  }

  #wait(until: number): number | Promise<number> {
    const running = this.#runningGuest();
    const { guest } = running;
    const scheduler = this.#scheduler;
    if (scheduler === undefined) throw new TypeError('A guest waits on a thread that has no scheduler');
    if (guest.ended !== undefined) return END;
    return this.#suspend(running, (resume) => {
      scheduler.waits(guest, { until, resume });
    });
  }

  /** `hand` is given what lets the guest go on. */
  async #suspend(running: RunningGuest, hand: (resume: () => void) => void): Promise<number> {
    this.current = undefined;
    running.guest.suspended();
    const { promise, resolve } = Promise.withResolvers<number>();
    hand(() => {
      this.current = running;
      running.guest.runs();
      resolve(answer(running.guest));
    });
    return await promise;
  }
}

function answer(guest: Guest): number {
  return guest.ended === undefined ? GO_ON : END;
}

/** What a host function returned, unless the guest is to end. */
function valueOrEnd(value: unknown, next: number): unknown {
  if (next === END) throw uncatchableError();
  return value;
}
