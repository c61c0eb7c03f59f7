import type { FastifyInstance } from 'fastify';
import { catchSignal } from '../process/run-until-signal.ts';

/** Where a server is to listen. */
export interface ListenOptions {
  /** The word that is printed: `edge ready at http://…`. */
  readonly role: 'edge' | 'upload' | 'worker';
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
}

/** Listens, and tells on standard output where: one line that people and tests can wait for. Returns the base URL. */
export async function listen(server: FastifyInstance, { role, host, port }: ListenOptions): Promise<string> {
  const url = await server.listen({ host, port });
  void catchSignal();
  process.stdout.write(`${role} ready at ${url}\n`);
  return url;
}
