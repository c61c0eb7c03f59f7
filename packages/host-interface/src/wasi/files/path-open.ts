import { ALL_RIGHTS, DIRECTORY_RIGHTS, FILE_RIGHTS, refuse, RIGHT } from '@faasm/filesystem';
import type { CurrentGuest } from '../../host-function.ts';
import { FDFLAGS_ALL, follows, knownFlags, OFLAGS, OFLAGS_ALL } from './flags.ts';
import { directoryOf, pathOf } from './opened.ts';

/** `errno path_open(fd, lookupflags, const char *path, size, oflags, rights base, rights inheriting, fdflags, fd *opened)` */
export function pathOpen(current: CurrentGuest) {
  return (
    fd: number,
    lookup: number,
    pointer: number,
    length: number,
    oflags: number,
    base: bigint,
    inheriting: bigint,
    fdflags: number,
    result: number,
  ): undefined => {
    const guest = current();
    const { tree, descriptors } = guest.files;
    guest.memory.require(result, Uint32Array.BYTES_PER_ELEMENT);
    const open = knownFlags(oflags, OFLAGS_ALL);
    const flags = knownFlags(fdflags, FDFLAGS_ALL);
    const [create, truncate] = [(open & OFLAGS.creat) !== 0, (open & OFLAGS.trunc) !== 0];
    const needed =
      RIGHT.pathOpen | (create ? RIGHT.pathCreateFile : 0) | (truncate ? RIGHT.pathFilestatSetSize : 0);
    const directory = directoryOf(guest, fd, needed);
    const granted = descriptors.get(fd).inheriting;
    const rights = grantedRights(base, granted);
    const inherited = grantedRights(inheriting, granted);
    descriptors.requireFree();
    const node = tree.open(pathOf(guest, { pointer, length }), {
      base: directory,
      follow: follows(lookup),
      create,
      truncate,
      exclusive: (open & OFLAGS.excl) !== 0,
      directoryOnly: (open & OFLAGS.directory) !== 0,
      writable: (rights & RIGHT.fdWrite) !== 0,
    });
    const meant = node.kind === 'directory' ? DIRECTORY_RIGHTS : FILE_RIGHTS;
    const opened = descriptors.open({ node, flags, rights: rights & meant, inheriting: inherited });
    guest.memory.writeU32(result, opened);
    return undefined;
  };
}

/** Those of `wanted` that this host has; some ask for all that there could be. Throws `notcapable` for one that is not `granted`. */
function grantedRights(wanted: bigint, granted: number): number {
  const known = Number(BigInt.asUintN(64, wanted) & BigInt(ALL_RIGHTS));
  return (known & ~granted) === 0 ? known : refuse('notcapable');
}
