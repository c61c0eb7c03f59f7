import type { HostRecord, HostRegistry } from '@faasm/scheduler';
import { Connection, type ConnectionOptions } from './connection.ts';
import { hostKey, KEYS } from './keys.ts';
import { listOf, textOf } from './reply.ts';

/** What a Redis host registry is told. */
export interface RedisHostRegistryOptions extends ConnectionOptions {
  /** How long a host is known after it was last announced, in milliseconds. */
  readonly ttlMs: number;
}

/** The hosts of a cluster, each under a key that expires. */
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
    await this.#connection.command('SADD', KEYS.hosts, host.id);
    await this.#connection.command('SET', hostKey(host.id), JSON.stringify(host), 'PX', String(this.#ttlMs));
  }

  async withdraw(id: string): Promise<void> {
    await this.#connection.command('DEL', hostKey(id));
    await this.#connection.command('SREM', KEYS.hosts, id);
  }

  async list(): Promise<HostRecord[]> {
    const ids = listOf(await this.#connection.command('SMEMBERS', KEYS.hosts))
      .map(textOf)
      .toSorted();
    if (ids.length === 0) return [];
    const records = listOf(await this.#connection.command('MGET', ...ids.map(hostKey)));
    const gone = ids.filter((_, i) => records[i] === null);
    if (gone.length > 0) await this.#connection.command('SREM', KEYS.hosts, ...gone);
    return records
      .filter((record) => record !== null)
      .map((record) => JSON.parse(textOf(record)) as HostRecord);
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
