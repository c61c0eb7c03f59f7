import { fileURLToPath } from 'node:url';
import { freePort, requireOk, startServer } from './server-process.ts';
import type { Subject } from './subject.ts';

const ADDRESS = '127.0.0.1';
const PROGRAM = fileURLToPath(new URL('faaslet-server-program.ts', import.meta.url));

/** One Faaslet behind `node:http`, in one thread; after each call it is reset or stays as the call left it. */
export function faasletServer(after: 'reset' | 'keep'): Subject {
  const name = `faaslet-${after}`;
  return {
    name,
    async start(site) {
      const port = await freePort(ADDRESS);
      const url = `http://${ADDRESS}:${port}/f/demo/echo`;
      const args = [PROGRAM, String(port), ADDRESS, after];
      const server = await startServer(site, { name, command: process.execPath, args });
      await server.untilReady(() => requireOk(url, { method: 'POST' }));
      return { url, pids: [server.pid], stop: () => server.stop() };
    },
  };
}
