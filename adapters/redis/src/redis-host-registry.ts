import type { HostRecord, HostRegistry } from '@faasm/scheduler';
import { Connection, type ConnectionOptions } from './connection.ts';
import { KEYS } from './keys.ts';
import { listOf, textOf } from './reply.ts';
import { SCRIPTS } from './script.ts';

/** What a Redis host registry is told. */
export interface RedisHostRegistryOptions extends ConnectionOptions {
  /** How long a host is known after it was last announced, in milliseconds. */
  readonly ttlMs: number;
}

const HOST_KEYS = [KEYS.hosts, KEYS.hostRecords];

/** The hosts of a cluster. Redis's time decides which are alive, so their clocks need not agree. */
export class RedisHostRegistry implements HostRegistry {
  readonly #connection: Connection;
  readonly #ttlMs: number;

  private constructor(options: RedisHostRegistryOptions) {
    this.#connection = Connection.open(options);
    this.#ttlMs = options.ttlMs;
  }

  /** Begins to connect. Until there is a connection, every method throws `queue.unavailable`. */
  static connect(options: RedisHostRegistryOptions): RedisHostRegistry {
    return new RedisHostRegistry(options);
  }

  async announce(host: HostRecord): Promise<void> {
    const args = [host.id, JSON.stringify(host), String(this.#ttlMs)];
    await this.#connection.run(SCRIPTS.announce, HOST_KEYS, args);
  }

  async withdraw(id: string): Promise<void> {
    await this.#connection.run(SCRIPTS.withdraw, HOST_KEYS, [id]);
  }

  async list(): Promise<HostRecord[]> {
    const records = listOf(await this.#connection.run(SCRIPTS.hosts, HOST_KEYS, []));
    return records
      .map((record) => JSON.parse(textOf(record)) as HostRecord)
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  async ping(): Promise<true> {
    await this.#connection.command('PING');
    return true;
  }

  async close(): Promise<void> {
    this.#connection.close();
    await Promise.resolve();
  }
}
