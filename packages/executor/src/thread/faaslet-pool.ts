import {
  Faaslet,
  MemorySlot,
  type FaasletParts,
  type MemoryMapper,
  type ProtoFaaslet,
  type RegionBudget,
} from '@faasm/faaslet';
import { FaasmError } from '@faasm/protocol';
import type { ProcessBudget } from './process-budget.ts';

/** After which the pages that an idle Faaslet has written are given back, in milliseconds. */
const TRIM_AFTER_MS = 1_000;

/** What a pool works with. */
export interface FaasletPoolOptions {
  readonly mapper: MemoryMapper;
  readonly budget: ProcessBudget;
  /** Of the regions that Faaslets have mapped. */
  readonly regions: ProcessBudget;
  readonly budgetCell: number;
  /** Largest linear memory of any Faaslet: all can use all memories. */
  readonly memoryBytes: number;
  readonly windowBytes: number;
  /** After which an unused Faaslet is given up, in milliseconds. */
  readonly idleMs: number;
}

interface Idle {
  readonly faaslet: Faaslet;
  readonly since: number;
  trimmed: boolean;
}

/** The Faaslets of a thread that wait for a call, and the memories that wait for a Faaslet. */
export class FaasletPool {
  readonly #options: FaasletPoolOptions;
  /** By Proto-Faaslet, the one used longest ago first; a list that was used stays, because a map pays for each change. */
  readonly #idle = new Map<number, Idle[]>();
  readonly #spareSlots: MemorySlot[] = [];
  readonly #regions: RegionBudget;

  constructor(options: FaasletPoolOptions) {
    this.#options = options;
    const { regions, budgetCell } = options;
    this.#regions = {
      limit: regions.limit,
      acquire: () => regions.acquire(budgetCell),
      release: (count) => {
        regions.release(budgetCell, count);
      },
    };
  }

  /** A Faaslet of a function that waits for a call; the one used last, whose memory is most likely in a cache. */
  takeIdle(protoId: number): Faaslet | undefined {
    return this.#idle.get(protoId)?.pop()?.faaslet;
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
      evicted(this.#evictOldest() ?? noRoom(budget));
    }
    try {
      return new MemorySlot(mapper, { memoryBytes, windowBytes, regions: this.#regions });
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

  /** Keeps a Faaslet that was reset, and has been idle since a moment of the monotone clock, in milliseconds. */
  giveIdle(protoId: number, { faaslet, since }: Pick<Idle, 'faaslet' | 'since'>): void {
    const idle: Idle = { faaslet, since, trimmed: false };
    const others = this.#idle.get(protoId);
    if (others === undefined) this.#idle.set(protoId, [idle]);
    else others.push(idle);
  }

  /** Gives up the idle Faaslets of a function, or all and the spare memories; returns their Proto-Faaslets. */
  evictIdle(protoId: number | undefined): number[] {
    const gone: number[] = [];
    for (const chosen of protoId === undefined ? [...this.#idle.keys()] : [protoId]) {
      for (const { faaslet } of this.#idle.get(chosen) ?? []) {
        this.giveSlot(faaslet.slot);
        gone.push(chosen);
      }
      this.#idle.delete(chosen);
    }
    if (protoId === undefined) this.#dropSpareSlots();
    return gone;
  }

  /** Gives back what idle Faaslets do not need; returns the Proto-Faaslets of those that were idle too long and are gone. */
  sweep(): number[] {
    const now = performance.now();
    const gone: number[] = [];
    for (const [protoId, list] of this.#idle) {
      const kept = list.filter(({ since }) => now - since < this.#options.idleMs);
      for (const { faaslet } of list.slice(0, list.length - kept.length)) {
        this.giveSlot(faaslet.slot);
        gone.push(protoId);
      }
      for (const idle of kept) trimWhenDue(idle, now);
      if (kept.length < list.length) this.#idle.set(protoId, kept);
    }
    return gone;
  }

  #dropSpareSlots(): void {
    while (this.#spareSlots.pop() !== undefined) this.dropSlot();
  }

  /** Gives up the Faaslet that was used longest ago; returns its Proto-Faaslet. Undefined when none is idle. */
  #evictOldest(): number | undefined {
    let oldest: { protoId: number; since: number } | undefined;
    for (const [protoId, [first]] of this.#idle) {
      if (first !== undefined && (oldest === undefined || first.since < oldest.since))
        oldest = { protoId, since: first.since };
    }
    if (oldest === undefined) return undefined;
    const evicted = this.#idle.get(oldest.protoId)?.shift();
    if (evicted !== undefined) this.giveSlot(evicted.faaslet.slot);
    return oldest.protoId;
  }
}

/** Gives back the pages that a Faaslet has written, once it has been idle for a while. */
function trimWhenDue(idle: Idle, now: number): void {
  if (idle.trimmed || now - idle.since < TRIM_AFTER_MS) return;
  idle.faaslet.slot.trim();
  idle.trimmed = true;
}

function noRoom({ limit }: ProcessBudget): never {
  throw new FaasmError(
    'host.capacity',
    `Host has ${limit} Faaslets, which is its limit, and none is idle here`,
  );
}
