import { MemoryGlobalTier } from '@faasm/adapter-memory';
import { createHttpServer, Readiness, serviceBase } from '@faasm/chassis';
import type { Piece, Push, ReadTerms, StateKey, ValueInfo, ValueReading } from '@faasm/state';
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { stateRoutes, type StateRoutesOptions } from './state.ts';

/** One answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** A tier that tells what was asked of it. */
class ObservedTier extends MemoryGlobalTier {
  /** One for each push, once it has ended. */
  readonly pushes: Promise<unknown>[] = [];
  piecesRead = 0;
  /** What others do between a look at a value and the reading of it. */
  beforeRead: () => Promise<unknown> = async () => await Promise.resolve();
  /** Readings that were ended before their last piece. */
  readingsLeft = 0;

  override async push(key: StateKey, push: Push): Promise<ValueInfo> {
    const made = super.push(key, push);
    this.pushes.push(made.catch((error: unknown) => error));
    return await made;
  }

  override async read(key: StateKey, terms: ReadTerms): Promise<ValueReading | undefined> {
    await this.beforeRead();
    const reading = await super.read(key, terms);
    return reading && { ...reading, pieces: this.#counted(reading.pieces) };
  }

  async *#counted(pieces: AsyncIterable<Piece>): AsyncGenerator<Piece> {
    let left = true;
    try {
      for await (const piece of pieces) {
        this.piecesRead += 1;
        yield piece;
      }
      left = false;
    } finally {
      if (left) this.readingsLeft += 1;
    }
  }
}

/** A server with routes of state only, on a tier of its own. */
export interface StateServer {
  readonly tier: ObservedTier;
  readonly url: string;
  readonly bytes: { read: number; written: number };
  /** Sends a request and reads the whole answer. */
  readonly send: (path: string, request?: RequestInit) => Promise<Answer>;
  /** Opens a connection and sends lines of a head on it. */
  readonly begin: (...head: readonly string[]) => Promise<Socket>;
  /** Ends waits, as a process does that is about to end. */
  readonly drain: () => void;
}

/** Starts one, which ends with the test. */
export async function startStateServer(
  context: TestContext,
  options: Partial<StateRoutesOptions> = {},
): Promise<StateServer> {
  const base = serviceBase('edge', 'silent');
  const readiness = new Readiness(async () => await Promise.resolve(), base.clock);
  const server = await createHttpServer({ ...base, readiness, title: 'State', bodyBytesMax: 1_000 });
  const tier = new ObservedTier();
  const bytes = { read: 0, written: 0 };
  const draining = new AbortController();
  const terms: StateRoutesOptions = {
    tier,
    valueBytesMax: 256 * 1024 * 1024,
    stallMs: 60_000,
    countBytes: (direction, count) => (bytes[direction] += count),
    drainSignal: draining.signal,
    ...options,
  };
  await server.register(stateRoutes(terms));
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;
  const sockets: Socket[] = [];
  context.after(async () => {
    for (const socket of sockets) socket.destroy();
    server.server.closeAllConnections();
    await server.close();
  });
  const begin: StateServer['begin'] = async (...head) => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    sockets.push(socket);
    await once(socket, 'connect');
    socket.write([...head, 'Host: edge', '', ''].join('\r\n'));
    return socket;
  };
  const send: StateServer['send'] = async (path, request = {}) => {
    const response = await fetch(url + path, request);
    const body = Buffer.from(await response.arrayBuffer());
    return { status: response.status, headers: response.headers, body };
  };
  return {
    tier,
    url,
    bytes,
    send,
    begin,
    drain: () => {
      draining.abort();
    },
  };
}

/** The catalogue's code that an answer reports. */
export function codeOf({ status, body }: Answer): string {
  const { code } = JSON.parse(body.toString()) as { code: string };
  return `${status} ${code}`;
}
