import { Faaslet, MemorySlot, type FaasletParts, type MemoryMapper, type ProtoFaaslet } from '@faasm/faaslet';
import { FaasmError } from '@faasm/protocol';
import type { FaasletBudget } from './faaslet-budget.ts';

/** After which the pages that an idle Faaslet has written are given back, in milliseconds. */
const TRIM_AFTER_MS = 1_000;

/** What a pool works with. */
export interface FaasletPoolOptions {
  readonly mapper: MemoryMapper;
  readonly budget: FaasletBudget;
  readonly budgetCell: number;
  /** Largest linear memory of any Faaslet: all can use all memories. */
  readonly memoryBytes: number;
  readonly windowBytes: number;
  /** After which an unused Faaslet is given up, in milliseconds. */
  readonly idleMs: number;
}

interface Idle {
  readonly protoId: number;
  readonly faaslet: Faaslet;
  readonly since: number;
  trimmed: boolean;
}

/** The Faaslets of a thread that wait for a call, and the memories that wait for a Faaslet. */
export class FaasletPool {
  readonly #options: FaasletPoolOptions;
  /** The one used longest ago first. */
  readonly #idle = new Set<Idle>();
  readonly #idleByProto = new Map<number, Idle[]>();
  readonly #spareSlots: MemorySlot[] = [];

  constructor(options: FaasletPoolOptions) {
    this.#options = options;
  }

  /** A Faaslet of a function that waits for a call; the one used last, whose memory is most likely in a cache. */
  takeIdle(protoId: number): Faaslet | undefined {
    const idle = this.#idleByProto.get(protoId)?.at(-1);
    if (idle === undefined) return undefined;
    this.#remove(idle);
    return idle.faaslet;
  }

  /**
   * Restores a Faaslet, in the place of the one that has been idle longest when there is no room; `evicted` is told.
   * Throws `host.capacity`.
   */
  restore(
    proto: ProtoFaaslet,
    parts: Omit<FaasletParts, 'slot'>,
    evicted: (protoId: number) => void,
  ): Faaslet {
    const slot = this.takeSlot(evicted);
    try {
      return new Faaslet(proto, { ...parts, slot });
    } catch (error) {
      this.dropSlot();
      throw error;
    }
  }

  /** A memory for a Faaslet. Throws `host.capacity`. */
  takeSlot(evicted: (protoId: number) => void): MemorySlot {
    const { budget, budgetCell, mapper, memoryBytes, windowBytes } = this.#options;
    for (;;) {
      const spare = this.#spareSlots.pop();
      if (spare !== undefined) return spare;
      if (budget.acquire(budgetCell)) break;
      const [oldest] = this.#idle;
      if (oldest === undefined) throw noRoom(budget);
      this.#evict(oldest);
      evicted(oldest.protoId);
    }
    try {
      return new MemorySlot(mapper, memoryBytes + windowBytes);
    } catch (error) {
      this.dropSlot();
      throw error;
    }
  }

  /** Takes back a memory whose Faaslet is gone: making one costs more than all the rest of a restore. */
  giveSlot(slot: MemorySlot): void {
    slot.clear(0);
    this.#spareSlots.push(slot);
  }

  /** Accounts for a memory that is not used any more and left to the garbage collector. */
  dropSlot(): void {
    this.#options.budget.release(this.#options.budgetCell);
  }

  /** Keeps a Faaslet that was reset. */
  giveIdle(protoId: number, faaslet: Faaslet): void {
    const idle: Idle = { protoId, faaslet, since: performance.now(), trimmed: false };
    this.#idle.add(idle);
    const others = this.#idleByProto.get(protoId);
    if (others === undefined) this.#idleByProto.set(protoId, [idle]);
    else others.push(idle);
  }

  /** Gives up the idle Faaslets of a function, or all and the spare memories; returns their Proto-Faaslets. */
  evictIdle(protoId: number | undefined): number[] {
    const chosen = [...this.#idle].filter((idle) => protoId === undefined || idle.protoId === protoId);
    for (const idle of chosen) this.#evict(idle);
    if (protoId === undefined) this.#dropSpareSlots();
    return chosen.map((idle) => idle.protoId);
  }

  /** Gives back what idle Faaslets do not need; returns the Proto-Faaslets of those that were idle too long and are gone. */
  sweep(): number[] {
    const now = performance.now();
    const gone: number[] = [];
    for (const idle of this.#idle) {
      const idleMs = now - idle.since;
      if (idleMs < TRIM_AFTER_MS) break;
      if (idleMs >= this.#options.idleMs) {
        this.#evict(idle);
        gone.push(idle.protoId);
      } else if (!idle.trimmed) {
        idle.faaslet.slot.trim();
        idle.trimmed = true;
      }
    }
    return gone;
  }

  #dropSpareSlots(): void {
    while (this.#spareSlots.pop() !== undefined) this.dropSlot();
  }

  #evict(idle: Idle): void {
    this.#remove(idle);
    this.giveSlot(idle.faaslet.slot);
  }

  #remove(idle: Idle): void {
    this.#idle.delete(idle);
    const others = this.#idleByProto.get(idle.protoId) ?? [];
    others.splice(others.indexOf(idle), 1);
    if (others.length === 0) this.#idleByProto.delete(idle.protoId);
  }
}

function noRoom({ limit }: FaasletBudget): FaasmError {
  return new FaasmError(
    'host.capacity',
    `Host has ${limit} Faaslets, which is its limit, and none is idle here`,
  );
}
