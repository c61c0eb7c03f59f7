import type { FastifyInstance } from 'fastify';

/** How long the last answers have to leave, once what still ran was stopped, in milliseconds. */
const LAST_ANSWERS_MS = 1_000;

/**
 * Closes a server when its last request is answered. Once `impatient` aborts, connections get a moment for the answers
 * that this brings about; then they are cut, so that a client that does not read or write cannot hold the process.
 */
export async function closeServer(server: FastifyInstance, impatient: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const cutLater = (): void => {
    timer = setTimeout(() => {
      server.server.closeAllConnections();
    }, LAST_ANSWERS_MS);
  };
  impatient.addEventListener('abort', cutLater, { once: true });
  if (impatient.aborted) cutLater();
  await server.close();
  clearTimeout(timer);
  impatient.removeEventListener('abort', cutLater);
}
