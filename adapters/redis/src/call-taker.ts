import type { CallResult } from '@faasm/protocol';
import { endedResult, type Lease, type TakeOptions } from '@faasm/scheduler';
import type { CallReader } from './call-reader.ts';
import type { Delivery } from './delivery.ts';

/** What a taker works with. */
export interface CallTakerOptions {
  readonly reader: CallReader;
  /** Name of this host in the results of calls that it gives up. */
  readonly host: string;
  readonly leaseMs: number;
  readonly deliveriesMax: number;
  readonly release: (lease: Lease) => Promise<boolean>;
  /** Ends a call that is not to be run. */
  readonly giveUp: (delivery: Delivery, result: CallResult) => Promise<void>;
  /** Told of what goes wrong in the background. */
  readonly onError: (error: unknown) => void;
}

/** Expired leases are looked for this often while one lasts. */
const TAKEOVERS_PER_LEASE = 2;

/** A consumer that was silent for so many leases, and holds nothing, belongs to a process that is gone. */
const SILENT_LEASES = 6;

/** Decides which calls a worker gets: new ones, those of silent workers, and those that got lost on their way to it. */
export class CallTaker {
  readonly #options: CallTakerOptions;
  /** Tokens of the leases that were given out and not ended. */
  #held = new Set<string>();
  /** Whether a delivery may have been on its way when a connection broke. */
  #mayHaveLost = false;
  #lookedForExpiredAt = Number.NEGATIVE_INFINITY;

  constructor(options: CallTakerOptions) {
    this.#options = options;
  }

  /** See the port. Calls that come in the moment of the abort go back at once. */
  async take({ max, signal }: TakeOptions): Promise<Lease[]> {
    while (!signal.aborted) {
      const leases = await this.#next(max, signal);
      if (signal.aborted) await Promise.all(leases.map(this.#options.release));
      else if (leases.length > 0) return leases;
    }
    return [];
  }

  /** See the port. */
  async takeOther(except: ReadonlySet<string>): Promise<Lease | undefined> {
    try {
      const [lease] = await this.#admit(await this.#options.reader.other(except));
      return lease;
    } catch (error) {
      this.#mayHaveLost = true;
      throw error;
    }
  }

  /** The lease is over: its call was ended, handed back or lost. */
  forget(lease: Lease): void {
    this.#held.delete(lease.token);
  }

  async #next(max: number, signal: AbortSignal): Promise<Lease[]> {
    const { reader } = this.#options;
    try {
      const found = this.#mayHaveLost ? await this.#lostOnTheWay(max) : [];
      if (found.length > 0) return found;
      const expired = await this.#expired(max);
      return expired.length > 0 ? expired : await this.#admit(await reader.fresh(max, signal));
    } catch (error) {
      this.#mayHaveLost = true;
      throw error;
    }
  }

  /** What Redis delivered to this consumer and never arrived. */
  async #lostOnTheWay(max: number): Promise<Lease[]> {
    const own = await this.#options.reader.own();
    this.#held = this.#held.intersection(new Set(own.map(({ token }) => token)));
    const lost = own.filter(({ token }) => !this.#held.has(token));
    this.#mayHaveLost = lost.length > max;
    return await this.#admit(lost.slice(0, max));
  }

  /** From time to time, calls of workers that went silent. */
  async #expired(max: number): Promise<Lease[]> {
    const { reader, leaseMs, onError } = this.#options;
    const now = performance.now();
    if (now - this.#lookedForExpiredAt < leaseMs / TAKEOVERS_PER_LEASE) return [];
    this.#lookedForExpiredAt = now;
    const leases = await this.#admit(await reader.expired(max, leaseMs));
    await reader.forgetSilent(SILENT_LEASES * leaseMs).catch(onError);
    return leases;
  }

  /**
   * Leases for what may run; the rest ends here. One that cannot be ended now is found again when its lease has run
   * out, and keeps no other from running.
   */
  async #admit(deliveries: readonly Delivery[]): Promise<Lease[]> {
    const { giveUp, onError } = this.#options;
    const leases: Lease[] = [];
    for (const delivery of deliveries) {
      const { call, number, token } = delivery;
      const end = this.#whyNotRun(delivery);
      if (end !== undefined) {
        await giveUp(delivery, end).catch(onError);
      } else if (!(call instanceof Error)) {
        this.#held.add(token);
        leases.push({ call, delivery: number, token });
      }
    }
    return leases;
  }

  #whyNotRun({ id, call, lost }: Delivery): CallResult | undefined {
    const { host, deliveriesMax } = this.#options;
    const finishedAt = Date.now();
    if (call instanceof Error) {
      const message = `Call ${id} cannot be read by host ${host}: ${call.message}`;
      return endedResult(
        { id, acceptedAt: finishedAt },
        { code: 'server.internal', message, finishedAt, host },
      );
    }
    if (lost < (call.kind === 'sync' ? 1 : deliveriesMax)) return undefined;
    const message = `Call ${id} was given to ${lost} workers that went silent`;
    return endedResult(call, { code: 'call.host_lost', message, finishedAt, host });
  }
}
