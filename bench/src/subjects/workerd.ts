import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { freePort, requireOk, startServer } from './server-process.ts';
import type { Subject } from './subject.ts';

const ADDRESS = '127.0.0.1';

/** Reads its input and answers with it, as demo/echo and raw-node do; handing on the stream would be less work. */
const WORKER = `
addEventListener('fetch', (event) => {
  event.respondWith(echo(event.request));
});

async function echo(request) {
  const body = await request.arrayBuffer();
  return new Response(body, { headers: { 'content-type': 'application/octet-stream' } });
}
`;

const CONFIG = `
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(
    name = "echo",
    worker = (serviceWorkerScript = embed "worker.js", compatibilityDate = "2026-01-01"),
  )],
  sockets = [(name = "http", http = (), service = "echo")],
);
`;

/** Another runtime of functions, for JavaScript and in C++: an echo of a few lines, one process. */
export const workerd: Subject = {
  name: 'workerd',
  async start(site) {
    const port = await freePort(ADDRESS);
    const url = `http://${ADDRESS}:${port}/f/demo/echo`;
    const config = join(site.folder, 'echo.capnp');
    await writeFile(config, CONFIG);
    await writeFile(join(site.folder, 'worker.js'), WORKER);
    const server = await startServer(site, {
      name: 'workerd',
      command: workerdPackage().default,
      args: ['serve', config, `--socket-addr=http=${ADDRESS}:${port}`],
    });
    await server.untilReady(() => requireOk(url, { method: 'POST' }));
    return { url, pids: [server.pid], stop: () => server.stop() };
  },
};

/** The program for this platform: its path, and its version. Throws if the package is not installed. */
export function workerdPackage(): { readonly default: string; readonly version: string } {
  try {
    return createRequire(import.meta.url)('workerd') as { default: string; version: string };
  } catch (error) {
    throw new Error(
      `workerd is not installed for ${process.platform} ${process.arch}; it comes with: npm ci --include=optional`,
      { cause: error },
    );
  }
}
