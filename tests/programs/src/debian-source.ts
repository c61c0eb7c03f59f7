import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { AptSources } from './apt-sources.ts';

const run = promisify(execFile);

/** Where sources are kept from one run to the next. */
const FOLDER = fileURLToPath(new URL('../../../.tmp/programs', import.meta.url));

/** Opened when something is not there yet, once in a process. */
let apt: Promise<AptSources> | undefined;

/** A source package of Debian's. */
interface DebianSource {
  /** The folder of its authors' files; empty when there are none. */
  readonly folder: string;
  /** Why the tests of it are skipped, for the runner's option; false when the files are there. */
  readonly skip: string | false;
}

/** The sources of a package, fetched once and kept. Where apt cannot fetch them, `skip` has its reasons. */
export async function debianSource(name: string): Promise<DebianSource> {
  const folder = join(FOLDER, name);
  if (await exists(folder)) return { folder, skip: false };
  await mkdir(FOLDER, { recursive: true });
  const download = await mkdtemp(join(FOLDER, '.download-'));
  try {
    const refusal = await fetchInto(download, name);
    if (refusal !== undefined) return { folder: '', skip: refusal };
    await rename(await unpack(download), folder);
    return { folder, skip: false };
  } finally {
    await rm(download, { recursive: true });
  }
}

/** A settings file of an apt that knows Debian's sources, for whoever runs `apt-get source`; or why there is none. */
export async function aptConfig(): Promise<{ readonly config: string; readonly skip: string | false }> {
  try {
    return { config: (await openApt()).config, skip: false };
  } catch (error) {
    return { config: '', skip: `Debian's sources cannot be read: ${String(error)}` };
  }
}

async function openApt(): Promise<AptSources> {
  apt ??= AptSources.open(join(FOLDER, '.apt'));
  return await apt;
}

/** Resolves to what apt says when it refuses. */
async function fetchInto(download: string, name: string): Promise<string | undefined> {
  try {
    await (await openApt()).download(name, download);
    return undefined;
  } catch (error) {
    return `The sources of ${name} cannot be fetched: ${String(error)}`;
  }
}

/** Unpacks the archives, and resolves to the one folder that was in them. */
async function unpack(download: string): Promise<string> {
  const names = await readdir(download);
  const archives = names.filter((each) => /\.orig\.tar\.\w+$/.test(each));
  for (const archive of archives)
    await run('tar', ['-x', '-f', archive, '--no-same-owner'], { cwd: download });
  const added = (await readdir(download)).filter((each) => !names.includes(each));
  const [folder] = added;
  if (folder === undefined || added.length !== 1)
    throw new Error(
      `The archives ${archives.join(', ')} hold ${String(added.length)} folders instead of one`,
    );
  return join(download, folder);
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
