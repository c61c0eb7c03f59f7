import { join } from 'node:path';
import { ADDRESS, ECHO, functionFolder, startFaasm, uploadEcho, uploadFunction } from './faasm.ts';
import { freePort } from './server-process.ts';
import type { RunningSubject, Site, Subject } from './subject.ts';

/** A standalone server that runs: its address, and where functions are uploaded. */
export interface RunningStandalone extends RunningSubject {
  /** Without a path. */
  readonly origin: string;
  /** Path of the file that it writes its log to. */
  readonly log: string;
  /** Uploads a function, such as `demo/echo`. */
  upload(name: string, module: Uint8Array<ArrayBuffer>): Promise<void>;
}

/** Starts `faasm start`, which is everything in one process, with settings from `env` and with demo/echo. */
export async function startStandalone(
  site: Site,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningStandalone> {
  const port = await freePort(ADDRESS);
  const uploadPort = await freePort(ADDRESS);
  const server = await startFaasm(site, {
    args: ['start', `--port=${port}`, `--upload-port=${uploadPort}`, `--data-dir=${functionFolder(site)}`],
    env,
    port,
  });
  await uploadEcho(uploadPort);
  const origin = `http://${ADDRESS}:${port}`;
  return {
    origin,
    log: join(site.folder, 'start.log'),
    url: `${origin}/f/${ECHO}`,
    pids: [server.pid],
    upload: async (name, module) => {
      await uploadFunction(uploadPort, { name, module });
    },
    stop: () => server.stop(),
  };
}

/** The standalone server with its default settings. */
export const standalone: Subject = {
  name: 'standalone',
  start: async (site) => await startStandalone(site),
};
