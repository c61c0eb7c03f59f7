import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { run } from '../run.ts';

const SUITE = 'bookworm';

/** What the images need that a minimal Debian has not: libraries of Node, the servers. */
const PACKAGES = ['libatomic1', 'nginx-light', 'redis-server'];

/** Not needed to run anything, and half of the size. */
const LEFT_OUT = ['var/cache/apt', 'var/lib/apt/lists', 'usr/share/doc', 'usr/share/man', 'usr/share/locale'];

/**
 * Path of a tar archive of a small Debian made from packages, in the user's cache: made the first time, which takes a
 * minute, and whenever what is in it changes. Needs root and `debootstrap`.
 */
export async function debianArchive(): Promise<string> {
  const key = createHash('sha256')
    .update(JSON.stringify([SUITE, PACKAGES, LEFT_OUT]))
    .digest('hex');
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'faasm');
  const archive = join(cache, `debian-${key.slice(0, 16)}.tar`);
  const made = await access(archive).then(
    () => true,
    () => false,
  );
  if (made) return archive;
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'debootstrap-'));
  try {
    const tree = join(folder, 'tree');
    await run('debootstrap', ['--variant=minbase', `--include=${PACKAGES.join(',')}`, SUITE, tree]);
    const fresh = join(folder, 'debian.tar');
    const excludes = LEFT_OUT.map((path) => `--exclude=./${path}/*`);
    await run('tar', ['--create', '--file', fresh, '--directory', tree, ...excludes, '.']);
    // Whole or not at all, whoever else makes it meanwhile.
    await rename(fresh, archive);
  } finally {
    await rm(folder, { recursive: true });
  }
  return archive;
}
