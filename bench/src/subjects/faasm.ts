import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { echoModule } from '../engine/echo-module.ts';
import { requireOk, startServer, type ServerProcess } from './server-process.ts';
import type { Site } from './subject.ts';

/** Where the services listen. */
export const ADDRESS = '127.0.0.1';

/** The function that the echo bench calls. */
export const ECHO = 'demo/echo';

const CLI = fileURLToPath(new URL('../../../services/cli/src/main.ts', import.meta.url));

/** One process of Faasm. */
export interface FaasmCommand {
  /** The role and its options, such as `start --port 8080`. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Port on which it says whether it is ready. */
  readonly port: number;
}

/** Starts one process of Faasm and waits until it is ready. */
export async function startFaasm(site: Site, { args, env = {}, port }: FaasmCommand): Promise<ServerProcess> {
  const role = args[0] ?? 'faasm';
  const server = await startServer(site, {
    name: role,
    command: process.execPath,
    args: [CLI, ...args],
    env,
  });
  await server.untilReady(() => requireOk(`http://${ADDRESS}:${port}/readyz`));
  return server;
}

/** Uploads the echo function to an upload service. */
export async function uploadEcho(port: number): Promise<void> {
  await uploadFunction(port, { name: ECHO, module: await echoModule() });
}

/** Uploads a function, `name` being such as `demo/echo`. */
export async function uploadFunction(
  port: number,
  { name, module }: { readonly name: string; readonly module: Uint8Array<ArrayBuffer> },
): Promise<void> {
  await requireOk(`http://${ADDRESS}:${port}/f/${name}`, { method: 'PUT', body: module });
}

/** Folder of the functions, below the site's. */
export function functionFolder(site: Site): string {
  return join(site.folder, 'functions');
}
