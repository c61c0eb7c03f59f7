import { openBundle, treeEntries } from '@faasm/filesystem';
import { archiveBytesMax, readVersionArchive, type VersionArchive } from '@faasm/functions';
import { LIMITS } from '@faasm/protocol';
import type { Command } from 'commander';
import { writeFile } from 'node:fs/promises';
import { addClientFlags, contextOf, print, type Context, type Options } from '../context.ts';
import { CommandError } from '../exit-codes.ts';
import { functionPath } from '../function-path.ts';
import { ask, jsonOf } from '../http-client.ts';
import { unpackFiles } from '../unpack-files.ts';

/** No server has larger versions; its own bounds may be lower. */
const BOUNDS = {
  moduleBytesMax: LIMITS.moduleBytes.max,
  bytesMax: LIMITS.filesBytes.max,
  entriesMax: LIMITS.filesEntries.max,
} as const;

/** What a download is told. */
interface DownloadFlags {
  readonly files?: string;
  readonly digest?: string;
}

/** Adds `faasm download`. */
export function addDownload(program: Command): void {
  const download = program
    .command('download')
    .description('download the module of a function, and its files')
    .argument('<function>', 'user/name')
    .argument('[file]', 'where the module is written')
    .option('--files <directory>', 'where the files of the version are written, which must be empty')
    .option('--digest <digest>', 'SHA-256 of the version; else the current one');
  addClientFlags(download).action(async (qualified: string, file: string | undefined, options: Options) => {
    await downloadVersion(contextOf(options), { qualified, file }, options);
  });
}

async function downloadVersion(
  context: Context,
  { qualified, file }: { qualified: string; file: string | undefined },
  { files: directory, digest: wanted }: DownloadFlags,
): Promise<void> {
  if (file === undefined && directory === undefined)
    throw new CommandError('usage', 'Name a file for the module, or --files DIRECTORY, or both');
  const path = functionPath(qualified);
  const digest = wanted ?? String(jsonOf(await ask(context.uploads, path))['current']);
  const { module, files } = await fetchVersion(context, { path, digest });
  if (directory !== undefined)
    await unpackFiles(directory, files === undefined ? [] : treeEntries(openBundle(files.bundle)));
  if (file !== undefined) await writeFile(file, module);
  const { entries, sizeBytes } = files?.facts ?? { entries: 0, sizeBytes: 0 };
  const facts = { function: qualified, digest, sizeBytes: module.byteLength, files: { entries, sizeBytes } };
  print(
    context,
    facts,
    () =>
      `${qualified} at ${digest} (${module.byteLength} bytes, with ${entries} files of ${sizeBytes} bytes)`,
  );
}

async function fetchVersion(
  context: Context,
  { path, digest }: { path: string; digest: string },
): Promise<VersionArchive> {
  const { body } = await ask(context.uploads, `${path}?version=${encodeURIComponent(digest)}`, {
    headers: { accept: 'application/x-tar' },
    answerBytesMax: archiveBytesMax(BOUNDS),
  });
  return readVersionArchive(body, BOUNDS);
}
