import { fileURLToPath } from 'node:url';
import { freePort, requireOk, startServer } from './server-process.ts';
import type { Subject } from './subject.ts';

const ADDRESS = '127.0.0.1';
const SERVER = fileURLToPath(new URL('raw-node-server.ts', import.meta.url));

/** The reference: an echo server of a few lines on `node:http`, one process. */
export function rawNode(name = 'raw-node'): Subject {
  return {
    name,
    async start(site) {
      const port = await freePort(ADDRESS);
      const url = `http://${ADDRESS}:${port}/f/demo/echo`;
      const server = await startServer(site, {
        name,
        command: process.execPath,
        args: [SERVER, String(port), ADDRESS],
      });
      await server.untilReady(() => requireOk(url, { method: 'POST' }));
      return { url, pids: [server.pid], stop: () => server.stop() };
    },
  };
}
