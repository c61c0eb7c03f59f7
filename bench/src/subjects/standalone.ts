import { ADDRESS, ECHO, functionFolder, startFaasm, uploadEcho } from './faasm.ts';
import { freePort } from './server-process.ts';
import type { Subject } from './subject.ts';

/** `faasm start` with its default settings: everything in one process. */
export const standalone: Subject = {
  name: 'standalone',
  async start(site) {
    const port = await freePort(ADDRESS);
    const uploadPort = await freePort(ADDRESS);
    const server = await startFaasm(site, {
      args: ['start', `--port=${port}`, `--upload-port=${uploadPort}`, `--data-dir=${functionFolder(site)}`],
      port,
    });
    await uploadEcho(uploadPort);
    return { url: `http://${ADDRESS}:${port}/f/${ECHO}`, pids: [server.pid], stop: () => server.stop() };
  },
};
