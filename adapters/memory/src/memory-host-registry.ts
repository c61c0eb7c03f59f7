import type { HostRecord, HostRegistry } from '@faasm/scheduler';
import type { Clock } from '@faasm/stdx';

/** Hosts in this process's memory: the standalone server's only host, or those of a test. */
export class MemoryHostRegistry implements HostRegistry {
  readonly #clock: Clock;
  readonly #ttlMs: number;
  readonly #hosts = new Map<string, { record: HostRecord; announcedAt: number }>();

  /** A host is listed for `ttlMs` milliseconds after it was last announced. */
  constructor(clock: Clock, ttlMs: number) {
    this.#clock = clock;
    this.#ttlMs = ttlMs;
  }

  async announce(host: HostRecord): Promise<void> {
    this.#hosts.set(host.id, { record: host, announcedAt: this.#clock.monotonic() });
  }

  async withdraw(id: string): Promise<void> {
    this.#hosts.delete(id);
  }

  async list(): Promise<HostRecord[]> {
    const now = this.#clock.monotonic();
    for (const [id, { announcedAt }] of this.#hosts) {
      if (now - announcedAt > this.#ttlMs) this.#hosts.delete(id);
    }
    const records = Array.from(this.#hosts.values(), ({ record }) => record);
    return records.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  async ping(): Promise<true> {
    return true;
  }

  async close(): Promise<void> {
    this.#hosts.clear();
  }
}
