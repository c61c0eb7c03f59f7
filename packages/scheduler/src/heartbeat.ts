import type { Clock } from '@faasm/stdx';
import { CALL_EVENTS } from './call-events.ts';
import type { HostRecord, HostRegistry } from './host-registry.ts';

/** What a heartbeat works with. */
export interface HeartbeatOptions {
  readonly registry: HostRegistry;
  readonly clock: Clock;
  /** The host as it is now; asked at each beat. */
  readonly record: () => HostRecord;
  /** Milliseconds between beats; well below the registry's time to live. */
  readonly intervalMs: number;
}

/** Announces a host for as long as its process lives. A beat that fails is reported, and the next one tries again. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #cancelTimer: (() => void) | undefined;
  #stopped = false;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  /** Announces the host now and then at each interval. */
  async start(): Promise<void> {
    await this.beat();
    if (this.#stopped) return;
    this.#cancelTimer = this.#options.clock.after(this.#options.intervalMs, () => {
      void this.start();
    });
  }

  /** Announces the host once, for news that should not wait. */
  async beat(): Promise<void> {
    try {
      await this.#options.registry.announce(this.#options.record());
    } catch (error) {
      CALL_EVENTS.trouble.publish({ doing: 'announce', error });
    }
  }

  /** Ends the beats and withdraws the host; an unreachable registry forgets it by itself. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelTimer?.();
    try {
      await this.#options.registry.withdraw(this.#options.record().id);
    } catch (error) {
      CALL_EVENTS.trouble.publish({ doing: 'announce', error });
    }
  }
}
