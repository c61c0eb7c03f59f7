import type { Guest, GuestOutcome } from '../guest.ts';
import { LinearMemory } from '../memory/linear-memory.ts';
import type { RegionRange } from '../memory/memory-mapper.ts';
import type { MemorySlot } from '../memory/memory-slot.ts';
import { isResettable } from '../module/prepare/prepared-facts.ts';
import type { EngineThread } from './engine-thread.ts';
import { restoreTables } from './function-table.ts';
import { enterGuest, exitOutcome, trapOutcome } from './guest-life.ts';
import { pagesMax } from './pages-max.ts';
import { PreparedInstance } from './prepared-instance.ts';
import type { ProtoFaaslet } from './proto-faaslet.ts';

/** What a thread gives a Faaslet. */
export interface FaasletParts {
  readonly slot: MemorySlot;
  readonly thread: EngineThread;
  readonly hostFunctions: WebAssembly.Imports;
  /** Limit of the linear memory, in bytes. */
  readonly memoryBytesMax: number;
}

/**
 * An instance that began as its Proto-Faaslet and is ready for a call. After the call `reset` makes it so again (I5):
 * an instance that can be brought back is, others are replaced.
 */
export class Faaslet {
  readonly proto: ProtoFaaslet;
  readonly #parts: FaasletParts;
  readonly #pagesMax: number;
  /** The slot as host functions see it; undefined when the module has no memory. */
  readonly #memory: LinearMemory | undefined;
  readonly #growMemory = (delta: number): number => this.#instance.growMemory(delta);
  readonly #mapRegion = (range: RegionRange): number => {
    const pointer = this.slot.map(range);
    this.#instance.showWindow(this.slot.window);
    return pointer;
  };
  #instance: PreparedInstance;
  /** Whether the last call ended by itself, so that the instance can be used again. */
  #intact = true;

  /** Restores. Throws `host.capacity`; then the slot is in no known state and must not be used any more. */
  constructor(proto: ProtoFaaslet, parts: FaasletParts) {
    this.proto = proto;
    this.#parts = parts;
    this.#pagesMax = pagesMax(proto.source.facts, parts.memoryBytesMax);
    const { slot, thread } = parts;
    this.#memory =
      proto.source.facts.memory === undefined
        ? undefined
        : new LinearMemory(slot, (message) => thread.currentGuest().trap(`Bad pointer: ${message}`));
    slot.restore(proto.reset.image);
    this.#instance = this.#instantiate();
  }

  get slot(): MemorySlot {
    return this.#parts.slot;
  }

  /**
   * Runs the entry for one call; the thread's scheduler may suspend it meanwhile. Guest failures are outcomes; it never
   * rejects because of what the guest does (I13).
   */
  async run(guest: Guest): Promise<GuestOutcome> {
    const { slot, thread } = this.#parts;
    if (this.#memory !== undefined) guest.memory = this.#memory;
    guest.growMemory = this.#growMemory;
    guest.mapRegion = this.#mapRegion;
    thread.current = { guest, slot, pagesMax: this.#pagesMax };
    guest.enteredAt = performance.now();
    try {
      if (guest.ended !== undefined) return guest.finish(guest.ended);
      return guest.finish(exitOutcome(this.#instance, await enterGuest(this.#instance)));
    } catch (error) {
      this.#intact = guest.ended !== undefined && guest.ended.type !== 'error';
      return guest.finish(guest.ended ?? trapOutcome(error));
    } finally {
      thread.current = undefined;
    }
  }

  /** Brings memory, its size, globals and tables back to the snapshot. Throws as the constructor does. */
  reset(): void {
    const { proto } = this;
    this.slot.reset(proto.reset);
    if (this.#intact && isResettable(proto.source.facts)) this.#instance.loadGlobals(proto.globals);
    else this.#instance = this.#instantiate();
    this.#instance.showWindow(this.slot.window);
    this.#intact = true;
  }

  /** Mutable globals and virtual size as they are now. */
  saveGlobals(): Uint8Array {
    return this.#instance.saveGlobals();
  }

  #instantiate(): PreparedInstance {
    const { proto } = this;
    const instance = new PreparedInstance(proto.source, { ...this.#parts, memory: this.slot.memory });
    restoreTables(proto.source, { instance, tables: proto.tables });
    instance.loadGlobals(proto.globals);
    return instance;
  }
}
